// What the admin API answers about the process itself, and what it refuses with. Fastify writes answers by these schemas, so a field that is not listed here cannot get out.
import { type Static, Type } from 'typebox';

export const Health = Type.Object({ status: Type.Literal('ok') });

export const Readiness = Type.Object({
  ready: Type.Boolean(),
  /** Only for who is logged in, where there are logins. */
  backends: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        reachable: Type.Boolean(),
        detail: Type.Optional(Type.String()),
      }),
    ),
  ),
});

export const MetricsPage = Type.String();

/** Every answer that is a refusal. */
export const Refused = Type.Object({ error: Type.String({ description: 'What was wrong, in words.' }) });

export const Session = Type.Object({
  /** `none`: the config has no tokens. */
  login: Type.Enum(['none', 'needed', 'done']),
  name: Type.Optional(Type.String()),
  role: Type.Optional(Type.Enum(['read-only', 'operator'])),
});

export const SessionRequest = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 512 }) },
  { additionalProperties: false },
);

export type SessionAnswer = Readonly<Static<typeof Session>>;
export type SessionRequestBody = Readonly<Static<typeof SessionRequest>>;
