// The names of what the admin API answers, for the types of the other modules. There is no code in it.

/** @typedef {import('../capacity-schemas.ts').CapacityRow} CapacityRow */
/** @typedef {import('../capacity-schemas.ts').CapacityHistoryAnswer} CapacityHistory */
/** @typedef {import('../veeam-schemas.ts').VeeamAnswer} Veeam */
/** @typedef {import('../veeam-schemas.ts').VeeamRepositoryRow} VeeamRepository */
/** @typedef {import('../veeam-schemas.ts').VeeamNumbersRow} VeeamNumbers */
/** @typedef {import('../live-schemas.ts').LiveAnswer} Live */
/** @typedef {import('../live-schemas.ts').LiveEndpointRow} Endpoint */
/** @typedef {import('../live-schemas.ts').OperationLatencyRow} Latency */
/** @typedef {import('../live-schemas.ts').BusyEntityRow} Entity */
/** @typedef {import('../live-schemas.ts').RefusalRow} Refusal */

/** @typedef {'good' | 'warning' | 'bad' | 'idle'} Level */

export {};
