// What a trace needs of a request beyond its event: where it belongs, and when which store had it.

/** One sending to a store. All times are milliseconds after the request's head arrived. */
export interface StoreAttempt {
  /** HOST:PORT of the endpoint. */
  readonly authority: string;
  /** A connection was there. */
  readonly sentMs: number;
  /** The head of the store's answer was there. */
  readonly answeredMs: number | undefined;
  readonly status: number | undefined;
  /** Undefined of one that was not over before the request itself was. */
  readonly endedMs: number | undefined;
  /** It broke off, or was broken off, before the request itself was over. */
  readonly isBroken: boolean;
}

export interface RequestTrace {
  /** The `traceparent` header as it came, of a request whose sender was proven. */
  readonly parent: string | undefined;
  readonly attempts: readonly StoreAttempt[];
}
