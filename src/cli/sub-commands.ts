// A command that has sub-commands: finds the one that is meant. Each reads its own arguments, so that none needs to know of another's.
import { stdout } from 'node:process';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './arguments.ts';

export interface SubCommand {
  readonly usage: string;
  /** Resolves with the exit code. Rejects with UsageError or ConfigError for what the caller can mend. */
  run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
}

export interface CommandGroup {
  readonly name: 'bench' | 'veeam';
  readonly commands: Readonly<Record<string, SubCommand>>;
  /** The help above and below what the sub-commands say of themselves. */
  readonly head: string;
  readonly foot: string;
}

/** Resolves with the exit code; `help`, `--help` and `-h` print the help. Rejects with UsageError, or as the sub-command does. */
export async function runSubCommand(
  group: CommandGroup,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const [name, ...rest] = args;
  const command = commandOf(group, name);
  if (name === 'help' || args.includes('--help') || args.includes('-h')) {
    const shown = command === undefined ? Object.values(group.commands) : [command];
    stdout.write(`${group.head}\n\n${shown.map(({ usage }) => usage).join('\n')}\n${group.foot}`);
    return 0;
  }
  if (command === undefined) {
    const names = Object.keys(group.commands).join(', ');
    throw new UsageError(
      name === undefined
        ? `a sub-command of ${group.name} is missing: ${names}; see ${group.name} --help.`
        : `${group.name} has no sub-command "${name}": use ${names}; see ${group.name} --help.`,
    );
  }
  return await command.run(rest, env);
}

/** Throws UsageError. */
export function parseSubArgs<Options extends NonNullable<ParseArgsConfig['options']>>(
  group: CommandGroup['name'],
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}; see ${group} --help.`, { cause: error });
  }
}

function commandOf({ commands }: CommandGroup, name: string | undefined): SubCommand | undefined {
  return name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
}
