// What the admin API answers about the process itself. Fastify writes answers by these schemas, so a field that is not listed here cannot get out.
import { Type } from 'typebox';

export const Health = Type.Object({ status: Type.Literal('ok') });

export const Readiness = Type.Object({
  ready: Type.Boolean(),
  backends: Type.Array(
    Type.Object({
      name: Type.String(),
      reachable: Type.Boolean(),
      detail: Type.Optional(Type.String()),
    }),
  ),
});
