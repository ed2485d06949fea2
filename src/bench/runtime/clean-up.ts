// Deletes all that the bench wrote: versions, markers, unfinished uploads and buckets of its own. Waits for short locks.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ListedVersion } from '../bench-context.ts';
import { type Ask, deleteForGood, type Refused } from './delete-version.ts';
import { describeAnswer } from './expect-success.ts';
import { inParallel } from './in-parallel.ts';
import type { Leftover } from './leftover.ts';
import { isOwnKey } from './own-keys.ts';
import { ListingError, listAllVersions } from './version-listing.ts';
import { asObject, listAt, parseXml } from './xml-tree.ts';

export interface CleanupSetting {
  readonly ask: Ask;
  readonly bucket: string;
  /** Below `Veeam/Backup/sosapi-bench-`; anything else is refused. */
  readonly prefixes: readonly string[];
  /** Buckets of the bench's own, emptied and deleted. */
  readonly buckets: readonly string[];
  /** How long locks are waited for, in all. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress: (text: string) => void;
}

export interface Cleanup {
  readonly deleted: number;
  readonly leftovers: readonly Leftover[];
}

const WIDTH = 16;
/** A listing that loses entries is asked again until it is empty; one that keeps them for ever is not. */
const MAX_ATTEMPTS = 3;
const STILL_LISTED = 'its deletion is answered with success, and it is still listed';
/** Calls without an answer. */
const MAX_ERRORS = 20;
/** The store's clock and this machine's need not agree. */
const AFTER_LOCK_MS = 1500;

/** Never rejects but with what `signal` says: what cannot be deleted is told. */
export async function cleanUp(setting: CleanupSetting): Promise<Cleanup> {
  const places = [
    ...setting.prefixes.map((prefix) => ({ bucket: setting.bucket, prefix })),
    ...setting.buckets.map((bucket) => ({ bucket, prefix: '' })),
  ];
  const untilMs = setting.now() + setting.waitMs;
  let deleted = 0;
  const leftovers: Leftover[] = [];
  let open = places;
  while (open.length > 0) {
    const refusals: Refused[] = [];
    const failures: Leftover[] = [];
    for (const place of open) {
      const emptied = await empty(setting, place);
      deleted += emptied.deleted;
      refusals.push(...emptied.refused);
      failures.push(...emptied.failures);
    }
    const wait = waitFor(refusals, setting.now(), untilMs);
    if (wait === undefined) {
      leftovers.push(...failures, ...refusals.map(asLeftover));
      break;
    }
    setting.onProgress(
      `cleaning up: ${deleted} deleted, ${refusals.length} are locked for ${Math.ceil(wait / 1000)} s more`,
    );
    await sleep(wait, undefined, { signal: setting.signal });
    const locked = new Set(refusals.map(({ bucket }) => bucket));
    open = places.filter(({ bucket }) => locked.has(bucket));
    leftovers.push(...failures.filter(({ bucket }) => !locked.has(bucket)));
  }
  for (const bucket of setting.buckets) leftovers.push(...(await removeBucket(setting.ask, bucket)));
  return { deleted, leftovers };
}

interface Place {
  readonly bucket: string;
  readonly prefix: string;
}

interface Emptied {
  readonly deleted: number;
  readonly refused: readonly Refused[];
  readonly failures: readonly Leftover[];
}

async function empty(setting: CleanupSetting, place: Place): Promise<Emptied> {
  const { ask, signal, onProgress } = setting;
  let deleted = 0;
  const refused = new Map<string, Refused>();
  const attempts = new Map<string, number>();
  const failures: Leftover[] = [];
  let errors = 0;
  try {
    failures.push(...(await abortUploads(ask, place)));
    for (;;) {
      const found = (await versionsAt(ask, place)).filter((each) => !refused.has(identity(each)));
      if (found.length === 0) break;
      await inParallel(found, WIDTH, async (version) => {
        signal.throwIfAborted();
        const attempt = (attempts.get(identity(version)) ?? 0) + 1;
        attempts.set(identity(version), attempt);
        const refusal =
          attempt > MAX_ATTEMPTS
            ? { ...version, bucket: place.bucket, reason: STILL_LISTED }
            : await deleteForGood(ask, place.bucket, version).catch((error: Error) => {
                // One that goes wrong must not keep the others; where all do, nobody is there any more.
                if (++errors > MAX_ERRORS) throw error;
                return { ...version, bucket: place.bucket, reason: error.message };
              });
        if (refusal !== undefined) refused.set(identity(version), refusal);
        else if (attempt === 1) deleted++;
        onProgress(`cleaning up: ${deleted} deleted`);
      });
    }
    return { deleted, refused: [...refused.values()], failures };
  } catch (error) {
    signal.throwIfAborted();
    const reason = (error as Error).message;
    if (isMissingBucket(reason)) return { deleted, refused: [], failures: [] };
    return {
      deleted,
      refused: [...refused.values()],
      failures: [...failures, { bucket: place.bucket, key: place.prefix, reason }],
    };
  }
}

function isMissingBucket(reason: string): boolean {
  return reason.includes('404 NoSuchBucket');
}

function identity({ key, versionId }: Pick<ListedVersion, 'key' | 'versionId'>): string {
  return `${versionId} ${key}`;
}

type Version = Pick<ListedVersion, 'key' | 'versionId' | 'isMarker'>;

/** A store without this listing has no versions either. Only what is within the place, whatever the store lists. */
async function versionsAt(ask: Ask, { bucket, prefix }: Place): Promise<readonly Version[]> {
  const isWithin = ({ key }: { readonly key: string }) =>
    key.startsWith(prefix) && (prefix === '' || isOwnKey(key));
  try {
    return (await listAllVersions(ask, { prefix, bucket })).versions.filter(isWithin);
  } catch (error) {
    if (!(error instanceof ListingError) || isMissingBucket(error.message)) throw error;
    return (await objectsAt(ask, { bucket, prefix })).filter(isWithin);
  }
}

async function objectsAt(ask: Ask, { bucket, prefix }: Place): Promise<readonly Version[]> {
  const query = [['list-type', '2'] as const, ['prefix', prefix] as const];
  const answer = await ask({ method: 'GET', bucket, query });
  if (answer.status !== 200) throw new Error(`it cannot be listed: ${describeAnswer(answer)}`);
  const document = asObject(parseXml(answer.body.toString('utf8')));
  const keys = listAt(document, ['ListBucketResult', 'Contents', 'Key']).map(String);
  return keys.map((key) => ({ key, versionId: '', isMarker: false }));
}

/** A store that cannot list uploads has none of the bench's. Page by page, as long as each has new ones. */
async function abortUploads(ask: Ask, { bucket, prefix }: Place): Promise<readonly Leftover[]> {
  const seen = new Set<string>();
  try {
    for (;;) {
      const query = [['uploads', ''] as const, ['prefix', prefix] as const];
      const { status, body } = await ask({ method: 'GET', bucket, query });
      if (status !== 200) return [];
      const document = asObject(parseXml(body.toString('utf8')));
      const fresh = listAt(document, ['ListMultipartUploadsResult', 'Upload']).flatMap((upload) => {
        const [key = ''] = listAt(upload, ['Key']).map(String);
        const [uploadId = ''] = listAt(upload, ['UploadId']).map(String);
        const isWithin = key.startsWith(prefix) && (prefix === '' || isOwnKey(key));
        return isWithin && !seen.has(uploadId) ? [{ key, uploadId }] : [];
      });
      if (fresh.length === 0) return [];
      for (const { key, uploadId } of fresh) {
        seen.add(uploadId);
        await ask({ method: 'DELETE', bucket, key, query: [['uploadId', uploadId]] });
      }
    }
  } catch (error) {
    return [{ bucket, key: prefix, reason: `its unfinished uploads: ${(error as Error).message}` }];
  }
}

async function removeBucket(ask: Ask, bucket: string): Promise<readonly Leftover[]> {
  try {
    const answer = await ask({ method: 'DELETE', bucket });
    const isGone = answer.status === 204 || answer.status === 200 || answer.status === 404;
    return isGone ? [] : [{ bucket, reason: describeAnswer(answer) }];
  } catch (error) {
    return [{ bucket, reason: (error as Error).message }];
  }
}

/** Until all that run out in time have. Undefined where waiting gains nothing. */
function waitFor(refused: readonly Refused[], nowMs: number, untilMs: number): number | undefined {
  const ends = refused.flatMap(({ lockedUntilMs }) =>
    lockedUntilMs !== undefined && lockedUntilMs + AFTER_LOCK_MS <= untilMs ? [lockedUntilMs] : [],
  );
  if (ends.length === 0 || nowMs >= untilMs) return undefined;
  return Math.max(AFTER_LOCK_MS, Math.max(...ends) + AFTER_LOCK_MS - nowMs);
}

function asLeftover({ bucket, key, versionId, lockedUntilMs, reason }: Refused): Leftover {
  return {
    bucket,
    key,
    ...(versionId === '' ? {} : { versionId }),
    ...(lockedUntilMs === undefined ? {} : { deletableFrom: new Date(lockedUntilMs).toISOString() }),
    reason,
  };
}
