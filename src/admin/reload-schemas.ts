// What the admin API answers about the config.
import { Type } from 'typebox';

const Change = Type.Object({
  path: Type.String({ description: 'Such as `credentials[VEEAMKEY].access`.' }),
  before: Type.Optional(
    Type.String({ description: 'Absent where it was not there; a secret is `(hidden)`.' }),
  ),
  after: Type.Optional(Type.String({ description: 'Absent where it is not there.' })),
});

export const Reload = Type.Object({
  version: Type.String(),
  result: Type.Enum(['applied', 'unchanged', 'invalid', 'needs-restart', 'failed'], {
    description: 'All but the first two: the gateway goes on with the config that it had.',
  }),
  changes: Type.Array(Change),
  problems: Type.Array(Type.String(), {
    description: 'What keeps the config from being used, a sentence each.',
  }),
});

export const Settings = Type.Object({
  version: Type.String(),
  settings: Type.Array(Type.Object({ path: Type.String(), value: Type.String() })),
});

export const Refusal = Type.Object({ error: Type.String() });
