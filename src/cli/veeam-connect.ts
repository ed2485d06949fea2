// A sub-command's time with a Veeam server: logged in at the first question, logged out at the end, however that comes.
import { stderr } from 'node:process';
import { VeeamCertificateError, VeeamSessionError } from '../veeam/transport/veeam-error.ts';
import { createVbrClient } from '../veeam/vbr/create-vbr-client.ts';
import type { Session } from '../veeam/vbr/schemas/session.ts';
import type { VbrClient } from '../veeam/vbr/vbr-client.ts';
import { oneLine } from './admin-client.ts';
import { INTERRUPTED, interruptible } from './interruptible.ts';
import { ProgressLine } from './progress-line.ts';
import type { VeeamConnection } from './veeam-arguments.ts';

export interface VeeamVisit {
  readonly client: VbrClient;
  /** Aborted by Ctrl-C; what changes something on the server is never cut off in its midst. */
  readonly signal: AbortSignal;
  /**
   * Until it is over, with a progress line. Rejects with a VeeamSessionError, whose message has what Veeam said, also
   * where it is not over in time.
   */
  wait(session: Session, deadlineMs: number): Promise<Session>;
}

/** How long a session of Veeam's may take where nothing else is said. */
export const DEFAULT_DEADLINE_SECONDS = 600;

/** Resolves with the exit code of `work`, or with that of an interrupted command. */
export async function visitVbr(
  connection: VeeamConnection,
  work: (visit: VeeamVisit) => Promise<number>,
): Promise<number> {
  const { vbr, revision, timeoutMs } = connection;
  const client = createVbrClient({
    url: vbr.url,
    trust: vbr.trust,
    userName: vbr.user,
    password: vbr.password,
    ...(revision === undefined ? {} : { revision }),
    timeoutMs,
  });
  const interrupt = interruptible(() => stderr.write('\nEnding, and logging out; again to end at once.\n'));
  const { signal } = interrupt;
  const progress = new ProgressLine(stderr, () => performance.now());
  try {
    return await work({
      client,
      signal,
      wait: (session, deadlineMs) =>
        client.sessions
          .wait(session.id, {
            deadlineMs,
            signal,
            onProgress: (latest) => progress.show(() => progressText(latest)),
          })
          .finally(() => progress.clear()),
    });
  } catch (error) {
    progress.clear();
    if (!signal.aborted) throw pinned(error, 'fingerprint');
    stderr.write(`sosapi-gateway: interrupted: ${error instanceof Error ? error.message : String(error)}\n`);
    return INTERRUPTED;
  } finally {
    await client.close();
    interrupt.release();
  }
}

function progressText({ name, state, progressPercent }: Session): string {
  return `${oneLine(name)}: ${state}${progressPercent === undefined ? '' : `, ${progressPercent} %`}`;
}

/** A certificate that is not trusted, with how to pin what the server showed: `option` pins it. */
export function pinned(error: unknown, option: string): unknown {
  if (!(error instanceof VeeamCertificateError) || error.found === '') return error;
  const advice = `To pin it: --${option} ${error.found}, or "fingerprint:" in the config.`;
  return new Error(`${error.message} ${advice}`, { cause: error });
}

/** Whether the session goes on in Veeam although it is not waited for any longer. */
export function goesOn(error: unknown): boolean {
  return error instanceof VeeamSessionError && (error.trouble === 'deadline' || error.trouble === 'aborted');
}

export async function listed<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
