// What the admin API answers about the endpoints of the stores.
import { type Static, Type } from 'typebox';

export const Endpoint = Type.Object({
  backend: Type.String(),
  endpoint: Type.String({ description: 'HOST:PORT, with /ADDRESS behind it where its name has several.' }),
  authority: Type.String({ description: 'HOST:PORT.' }),
  state: Type.Enum(['working', 'warming', 'trial', 'ejected', 'drained'], {
    description: 'Where processes do not agree, the worst.',
  }),
  processes: Type.Object(
    { all: Type.Integer(), inState: Type.Integer() },
    { description: 'How many processes told of it, and how many of them see it in this state.' },
  ),
  inFlight: Type.Integer({ description: 'Requests under way there, of all processes.' }),
  waiting: Type.Integer({ description: 'Requests that wait for a connection to it.' }),
  since: Type.String({ description: 'Since when it is in this state.' }),
  reason: Type.Optional(Type.String({ description: 'Why it is not working.' })),
  until: Type.Optional(Type.String({ description: 'When one request is sent there as a trial.' })),
});
export type EndpointRow = Static<typeof Endpoint>;

export const Endpoints = Type.Object({
  version: Type.String(),
  unheard: Type.Integer({ description: 'Workers that did not tell in time what they see.' }),
  endpoints: Type.Array(Endpoint),
});
export type EndpointAnswer = Static<typeof Endpoints>;

export const DrainOrder = Type.Object(
  {
    backend: Type.String({ minLength: 1, maxLength: 63 }),
    endpoint: Type.String({
      minLength: 1,
      maxLength: 400,
      description: 'As GET /api/endpoints calls it; HOST:PORT is all of its addresses.',
    }),
    force: Type.Optional(Type.Boolean({ description: 'Also where it is the last that works.' })),
  },
  { additionalProperties: false },
);
export type DrainOrderBody = Static<typeof DrainOrder>;

export const UndrainOrder = Type.Object(
  { backend: DrainOrder.properties.backend, endpoint: DrainOrder.properties.endpoint },
  { additionalProperties: false },
);
export type UndrainOrderBody = Static<typeof UndrainOrder>;

export const Drained = Type.Object({
  version: Type.String(),
  changed: Type.Boolean({ description: 'False where it was so already.' }),
});
export type DrainedAnswer = Static<typeof Drained>;

export const Refusal = Type.Object({ error: Type.String() });
