// The keys of the audit log.
import Type from 'typebox';
import { leaf } from './leaf.ts';
import { count } from './leaves.ts';

const file = leaf<string>(
  {
    type: 'string',
    pattern: '^[^\\x00]+$',
    description: 'The file that lines are added to, made with mode 0640; relative to this file.',
  },
  {
    expected: 'the path of a file',
    read: (written: string, source) => source.resolvePath(written),
  },
);

export const audit = Type.Object(
  {
    file: Type.Optional(file),
    stream: Type.Optional(
      Type.Enum(['stdout', 'stderr'], {
        description: 'Instead of a file: this stream. The log itself goes to `stdout`.',
      }),
    ),
    refusalsPerMinute: count({
      min: 0,
      max: 100_000,
      default: 30,
      description:
        'How many refused requests of one client address are a line each; of the others their number is told.',
    }),
  },
  {
    additionalProperties: false,
    description: 'Who changed, deleted or was refused what: a log of its own, see docs/audit.md.',
    '~default': 'none is kept',
  },
);
