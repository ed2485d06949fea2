// Several servers that know the same, asked in order until one answers.
import { CapacityUnknownError } from '../capacity.ts';

/** What the first of them tells; where none does, the error says why of each. */
export async function firstAnswer<Server, T>(
  servers: readonly Server[],
  signal: AbortSignal,
  ask: (server: Server) => Promise<T>,
): Promise<T> {
  const failures: string[] = [];
  for (const server of servers) {
    try {
      return await ask(server);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      if (signal.aborted) break;
    }
  }
  throw new CapacityUnknownError(failures.join('; ') || 'there is nobody to ask');
}
