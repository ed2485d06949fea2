// The keys of a bucket rule: which buckets are kept where, and how much may be in them.
import Type from 'typebox';
import { bucketPattern, byteLimit, size, text } from './leaves.ts';

const CLOSED = { additionalProperties: false } as const;

const guard = Type.Object(
  {
    floor: size({ description: 'New data is refused when less than this is available.' }),
    reopen: Type.Optional(
      size({
        description: 'New data is let in again when this much is available.',
        '~default': '`floor` and a quarter',
      }),
    ),
    smallObjects: byteLimit({
      min: '0B',
      max: '1GiB',
      default: '64KiB',
      description: 'Uploads of up to this size go on all the same.',
    }),
  },
  {
    ...CLOSED,
    description:
      'Refuses new data when little is available, while reads, deletes and changes of retention go on.',
    '~default': 'never refuses',
  },
);

export const bucketRule = Type.Object(
  {
    match: bucketPattern('A bucket name or a pattern: `*` is any run of characters, `?` is one.'),
    backend: text({ pattern: '.', expected: "a backend's name", description: 'The name of the backend.' }),
    sosapi: Type.Boolean({
      default: true,
      description: 'Whether system.xml and capacity.xml are served in these buckets.',
    }),
    quota: Type.Optional(
      size({
        description:
          'Capacity of each bucket as reported, at the most the store has; an embedded store refuses uploads beyond it.',
      }),
    ),
    pool: Type.Boolean({
      default: false,
      description:
        'All buckets of this rule count as one: quota and Used are of all of them together, as for the buckets that Veeam makes in multi-bucket mode.',
    }),
    guard: Type.Optional(guard),
  },
  CLOSED,
);

/** What must be available for a closed guard to open: a quarter above the floor where nothing is said. */
export function reopenBytesOf(floor: bigint, reopen: bigint | undefined): bigint {
  return reopen ?? floor + floor / 4n;
}
