// Looks at a session again and again until it is over, the time is over, or nobody waits any longer.
import type { VeeamClock } from '../clock.ts';
import { oneLine, VeeamConnectionError, VeeamSessionError } from '../transport/veeam-error.ts';
import type { Session, SessionLog } from './schemas/session.ts';
import type { WaitOptions } from './vbr-client.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const GROWTH = 1.5;

export interface SessionSight {
  readonly clock: VeeamClock;
  look(signal: AbortSignal | undefined): Promise<Session>;
  logs(): Promise<SessionLog>;
}

export async function waitForSession(
  id: string,
  { deadlineMs, signal, onProgress }: WaitOptions,
  { clock, look, logs }: SessionSight,
): Promise<Session> {
  const end = deadlineMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + deadlineMs;
  let seen: Session | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    seen = await looked(look, id, seen, signal);
    onProgress?.(seen);
    if (seen.state === 'Stopped') return settled(seen, logs);
    const left = end - clock.now();
    if (left <= 0) {
      throw trouble('deadline', seen, `did not end within ${(deadlineMs ?? 0) / 1000} seconds`);
    }
    try {
      await clock.sleep(Math.min(pause, left), signal);
    } catch (error) {
      throw givenUp(id, seen, error);
    }
  }
}

async function looked(
  look: SessionSight['look'],
  id: string,
  before: Session | undefined,
  signal: AbortSignal | undefined,
): Promise<Session> {
  try {
    return await look(signal);
  } catch (error) {
    const aborted = error instanceof VeeamConnectionError && error.code === 'ABORTED';
    throw aborted && signal?.aborted === true ? givenUp(id, before, error) : error;
  }
}

async function settled(over: Session, logs: SessionSight['logs']): Promise<Session> {
  const { result } = over;
  if (result?.isCanceled === true) throw trouble('cancelled', over, 'was cancelled', result.message);
  if (result?.result !== 'Failed') return over;
  throw trouble('failed', over, 'failed', result.message || (await lastFailure(logs)));
}

/** Where the session itself has no words. Its log is a help, not a need. */
async function lastFailure(logs: SessionSight['logs']): Promise<string | undefined> {
  const { records = [] } = await logs().catch((): SessionLog => ({}));
  const failed = records.filter(({ status }) => status === 'Failed').at(-1);
  return failed?.description || failed?.title;
}

function givenUp(id: string, seen: Session | undefined, cause: unknown): VeeamSessionError {
  const name = seen === undefined ? id : named(seen);
  return new VeeamSessionError(
    `The session ${name} is not waited for any longer; on the server it goes on${progress(seen)}.`,
    { trouble: 'aborted', sessionId: id },
    { cause },
  );
}

function trouble(
  kind: 'failed' | 'cancelled' | 'deadline',
  seen: Session,
  what: string,
  message?: string,
): VeeamSessionError {
  const said = message === undefined || message === '' ? undefined : oneLine(message);
  const still = kind === 'deadline' ? `; on the server it goes on${progress(seen)}` : '';
  const words = said === undefined ? '' : `: ${said.replace(/\.$/, '')}`;
  return new VeeamSessionError(`The session ${named(seen)} ${what}${still}${words}.`, {
    trouble: kind,
    sessionId: seen.id,
    ...(said === undefined ? {} : { said }),
  });
}

function named({ name, sessionType, id }: Session): string {
  return `"${oneLine(name)}" (${oneLine(sessionType)}, ${oneLine(id)})`;
}

function progress(seen: Session | undefined): string {
  if (seen === undefined) return '';
  const percent = seen.progressPercent === undefined ? '' : `, ${seen.progressPercent} %`;
  return ` (${oneLine(seen.state)}${percent})`;
}
