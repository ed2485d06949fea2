// For commands that, like diff(1), say something by their exit code 1: what keeps them from saying it is 2.
import { stderr } from 'node:process';
import { ConfigError } from '../config/problem.ts';
import { UsageError } from './arguments.ts';

/** Those two kinds of errors are 2 anyway, and are told where all are told. */
export async function troubled(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError) throw error;
    stderr.write(`sosapi-gateway: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}
