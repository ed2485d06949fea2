// What the admin API answers. Fastify writes answers by these schemas, so a field that is not listed here cannot get out.
import { Type } from 'typebox';

const Digits = Type.String({ pattern: '^[0-9]+$' });

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

export const Capacities = Type.Object({
  version: Type.String(),
  capacities: Type.Array(
    Type.Object({
      bucket: Type.String(),
      backend: Type.String(),
      capacityBytes: Type.Optional(Digits),
      availableBytes: Type.Optional(Digits),
      usedBytes: Type.Optional(Digits),
      source: Type.Optional(Type.String()),
      measuredAt: Type.Optional(Type.String()),
      changedAt: Type.Optional(Type.String()),
      error: Type.Optional(Type.String()),
    }),
  ),
});
