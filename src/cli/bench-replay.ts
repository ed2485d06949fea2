// `bench replay`: asks of another store what was recorded, and says where it answers otherwise.

import { stderr, stdout } from 'node:process';
import { replayCommand, replayText } from '../bench/recorder/command.ts';
import { UsageError } from './arguments.ts';
import { noMoreBenchWords, TARGET_OPTIONS, targetOf } from './bench-arguments.ts';
import { INTERRUPTED, interruptible } from './interruptible.ts';
import { parseSubArgs } from './sub-commands.ts';

const OPTIONS = {
  ...TARGET_OPTIONS,
  recording: { type: 'string' },
  speed: { type: 'string' },
  concurrency: { type: 'string' },
  'allow-foreign-objects': { type: 'boolean' },
} as const;

const USAGE = `  sosapi-gateway bench replay --recording FILE --endpoint URL --bucket NAME [--speed N] [--concurrency N] [--region R]
      [--ca FILE] [--addressing path|virtual-hosted] [--allow-foreign-objects]
          asks of a store what was recorded, below a prefix of its own, and prints where it answers otherwise; exit code 1
          where it does. --speed 1 is as recorded, 0 as fast as it goes.
`;

export const benchReplay = { usage: USAGE, run };

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseSubArgs('bench', args, OPTIONS);
  noMoreBenchWords(positionals);
  const { recording, speed, concurrency } = values;
  if (recording === undefined || recording === '') {
    throw new UsageError('--recording is missing: it names the file that bench record wrote.');
  }
  const target = targetOf(values, env);
  const { signal, release } = interruptible(() => {
    stderr.write('ending, and deleting what was written; once more to end at once\n');
  });
  try {
    const result = await replayCommand({
      recording,
      target,
      ...(speed === undefined ? {} : { speed }),
      ...(concurrency === undefined ? {} : { concurrency }),
      allowForeignObjects: values['allow-foreign-objects'] === true,
      signal,
      onProgress() {},
    });
    stdout.write(replayText(result));
    if (result.interrupted) return INTERRUPTED;
    return result.differences.length === 0 ? 0 : 1;
  } finally {
    release();
  }
}
