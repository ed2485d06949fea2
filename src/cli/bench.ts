// `bench`: finds its sub-command. Each reads its own arguments, so that none needs to know of another's.
import { stdout } from 'node:process';
import { BenchRefusal } from '../bench/runtime/bench-target.ts';
import { UsageError } from './arguments.ts';
import { benchClean } from './bench-clean.ts';
import { benchCompare } from './bench-compare.ts';
import { benchRecord } from './bench-record.ts';
import { benchReplay } from './bench-replay.ts';
import { benchRun } from './bench-run.ts';

interface SubCommand {
  readonly usage: string;
  /** Resolves with the exit code. Rejects with UsageError or BenchRefusal for what the caller can mend. */
  run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
}

const SUB_COMMANDS: Readonly<Record<string, SubCommand>> = {
  run: benchRun,
  compare: benchCompare,
  clean: benchClean,
  record: benchRecord,
  replay: benchReplay,
};

/** Rejects with UsageError where the caller can mend it. */
export async function benchCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [name, ...rest] = args;
  if (name === 'help' || args.includes('--help') || args.includes('-h')) {
    stdout.write(usageOf(name));
    return 0;
  }
  const command = name !== undefined && Object.hasOwn(SUB_COMMANDS, name) ? SUB_COMMANDS[name] : undefined;
  if (command === undefined) {
    const names = Object.keys(SUB_COMMANDS).join(', ');
    throw new UsageError(
      name === undefined
        ? `a sub-command of bench is missing: ${names}; see bench --help.`
        : `bench has no sub-command "${name}": use ${names}; see bench --help.`,
    );
  }
  try {
    return await command.run(rest, env);
  } catch (error) {
    throw error instanceof BenchRefusal ? new UsageError(error.message, { cause: error }) : error;
  }
}

function usageOf(name: string | undefined): string {
  const one = name !== undefined && Object.hasOwn(SUB_COMMANDS, name) ? SUB_COMMANDS[name] : undefined;
  const texts = one === undefined ? Object.values(SUB_COMMANDS).map(({ usage }) => usage) : [one.usage];
  return `sosapi-gateway bench: behaves like Veeam towards any object store, and says what would break and why

${texts.join('\n')}
The credentials are read from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, AWS_SESSION_TOKEN.
Exit code: 0 nothing that would break Veeam was found, 1 something was, 2 the command or the bucket is not as it must be.
`;
}
