// The keys of what is done with all numbers of capacity: warnings, confirmation, history.
import Type from 'typebox';
import { count, duration, span } from './leaves.ts';
import { secret } from './secret-leaf.ts';
import { webhookUrl } from './url-leaf.ts';

const webhook = Type.Object(
  {
    url: webhookUrl('Where a warning is sent by POST, as JSON.'),
    token: Type.Optional(secret('A bearer token that is sent with it.', 1)),
    timeout: duration({ default: '10s', description: 'How long one sending may take.' }),
  },
  {
    additionalProperties: false,
    description: 'Whom to tell that a threshold was reached.',
    '~default': 'only the log',
  },
);

export const capacity = Type.Object(
  {
    thresholds: Type.Array(count({ min: 1, max: 100, description: 'Percent.' }), {
      default: [80, 90, 95],
      description: 'At how many percent of its capacity used a bucket is warned of, in ascending order.',
    }),
    webhook: Type.Optional(webhook),
    confirmJump: count({
      min: 0,
      max: 1000,
      default: 25,
      description:
        "A change of a store's size by more percent than this, and a Used that falls although nothing was deleted, is measured a second time before it is served. 0 means never.",
    }),
    history: span({
      default: '400d',
      min: '1h',
      max: '3650d',
      description: 'How long the numbers of the past are kept.',
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'What is done with the numbers of all stores.',
  },
);
