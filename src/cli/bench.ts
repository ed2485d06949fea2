// `bench` and its sub-commands.
import { BenchRefusal } from '../bench/runtime/bench-target.ts';
import { UsageError } from './arguments.ts';
import { benchClean } from './bench-clean.ts';
import { benchCompare } from './bench-compare.ts';
import { benchRecord } from './bench-record.ts';
import { benchReplay } from './bench-replay.ts';
import { benchRun } from './bench-run.ts';
import { type CommandGroup, runSubCommand } from './sub-commands.ts';

const SUB_COMMANDS: CommandGroup['commands'] = {
  run: benchRun,
  compare: benchCompare,
  clean: benchClean,
  record: benchRecord,
  replay: benchReplay,
};

const BENCH: CommandGroup = {
  name: 'bench',
  commands: SUB_COMMANDS,
  head: 'sosapi-gateway bench: behaves like Veeam towards any object store, and says what would break and why',
  foot: `The credentials are read from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, AWS_SESSION_TOKEN.
Exit code: 0 nothing that would break Veeam was found, 1 something was, 2 the command or the bucket is not as it must be.
`,
};

/** Rejects with UsageError where the caller can mend it. */
export async function benchCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await runSubCommand(BENCH, args, env);
  } catch (error) {
    throw error instanceof BenchRefusal ? new UsageError(error.message, { cause: error }) : error;
  }
}
