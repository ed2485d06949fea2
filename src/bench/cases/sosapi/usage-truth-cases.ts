// Whether Used is true: it must show a known volume that was written, and that it was deleted.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { blockKey } from '../veeam-layout.ts';
import { numbersOf } from './capacity-rules.ts';
import { readCapacity } from './read-document.ts';
import { percentOf, withinPercent } from './volume.ts';

const MIB = 1024 * 1024;
const BLOCK_BYTES = MIB;
const WIDTH = 8;
const POLL_MS = 1000;
/** Used counts as resting after this part of the limit, and is not waited for longer than so many such parts. */
const REST_PART = 1 / 4;
const MOST_RESTS = 4;
const TOLERANCE_PERCENT = 5;

export interface UsageTruthOptions {
  /** Bytes that are written and deleted. */
  readonly volumeBytes: number;
  /** How long a change may take until it shows. */
  readonly limitMs: number;
}

interface Reading {
  readonly used: bigint;
  readonly lastModified: string;
}

async function read(context: BenchContext): Promise<Reading> {
  const { answer, text } = await readCapacity(context);
  const numbers =
    numbersOf(text) ?? context.skip('capacity.xml has no three integers (see sosapi-integers).');
  return { used: numbers.used, lastModified: answer.headers.get('last-modified') ?? '' };
}

interface Waited {
  /** The last one. */
  readonly reading: Reading;
  /** Undefined where the time was over before. */
  readonly seconds: number | undefined;
}

async function waitUntil(
  context: BenchContext,
  limitMs: number,
  isThere: (reading: Reading) => boolean,
): Promise<Waited> {
  const began = context.now();
  for (;;) {
    const reading = await read(context);
    const tookMs = context.now() - began;
    if (isThere(reading)) return { reading, seconds: tookMs / 1000 };
    if (tookMs >= limitMs) return { reading, seconds: undefined };
    await context.sleep(POLL_MS);
  }
}

/** Used once it has not moved for a while, so that what other cases left behind is not counted here. */
async function restingUsed(context: BenchContext, restMs: number): Promise<bigint> {
  const began = context.now();
  let { used } = await read(context);
  let since = began;
  while (context.now() - since < restMs && context.now() - began < MOST_RESTS * restMs) {
    await context.sleep(POLL_MS);
    const next = (await read(context)).used;
    if (next !== used) since = context.now();
    used = next;
  }
  return used;
}

interface Written {
  readonly key: string;
  readonly versionId: string;
}

async function write(context: BenchContext, volumeBytes: number): Promise<readonly Written[]> {
  const count = Math.ceil(volumeBytes / BLOCK_BYTES);
  const numbers = Array.from({ length: count }, (_, n) => n);
  return inParallel(numbers, WIDTH, async (n) => {
    const key = blockKey(context.prefix, n);
    const length = Math.min(BLOCK_BYTES, volumeBytes - n * BLOCK_BYTES);
    const { versionId } = await context.put(key, context.bytes(length, `usage ${n}`));
    return { key, versionId };
  });
}

async function remove(context: BenchContext, written: readonly Written[]): Promise<void> {
  await inParallel(written, WIDTH, ({ key, versionId }) =>
    versionId === '' ? context.call({ method: 'DELETE', key }) : context.deleteVersion(key, versionId),
  );
}

/** Writes, waits, deletes, waits; fails where one of both does not show within the limit. */
async function judgeUsage(context: BenchContext, { volumeBytes, limitMs }: UsageTruthOptions): Promise<void> {
  const volume = BigInt(volumeBytes);
  const before = await restingUsed(context, limitMs * REST_PART);
  const written = await write(context, volumeBytes);
  const up = await waitUntil(context, limitMs, ({ used }) =>
    withinPercent(used - before, volume, TOLERANCE_PERCENT),
  );
  context.figure('percent of the written volume in Used', percentOf(up.reading.used - before, volume));
  if (up.seconds !== undefined) context.figure('seconds until Used showed the writes', up.seconds);
  await remove(context, written);
  const down = await waitUntil(context, limitMs, ({ used }) =>
    withinPercent(volume - (used - before), volume, TOLERANCE_PERCENT),
  );
  context.figure(
    'percent of the deleted volume still in Used',
    percentOf(down.reading.used - before, volume),
  );
  if (down.seconds !== undefined) context.figure('seconds until Used showed the deletes', down.seconds);
  const faults = [
    ...(up.seconds === undefined
      ? [
          `${up.reading.used - before} of ${volume} bytes that were written show in Used after ${limitMs / 1000} s.`,
        ]
      : []),
    ...(down.seconds === undefined
      ? [
          `${limitMs / 1000} s after all was deleted Used differs by ${down.reading.used - before} bytes from before.`,
        ]
      : []),
  ];
  if (faults.length > 0) context.fail(faults.join(' '));
}

const SHARED = {
  group: 'sosapi',
  veeamDoes: 'Shows Used and Available, warns before space runs out, and places backups by free space.',
  alone: true,
} as const;
const ADVICE =
  'Nothing else may write to the store meanwhile. Look at what Used is counted from: versions that are not current ' +
  'are usage, replicas are not, a scanner that runs seldom is too slow, and deletes that wait for a garbage ' +
  'collection should no longer count.';

export function usageLagCase(options: UsageTruthOptions): BenchCase {
  const { volumeBytes, limitMs } = options;
  return {
    ...SHARED,
    id: 'sosapi-used-lag',
    title: `Used shows ${volumeBytes / MIB} MiB within ${limitMs / 1000} s`,
    mustComeBack: `Used grows by the volume and falls by it (${TOLERANCE_PERCENT} % either way), each within ${limitMs / 1000} s.`,
    severity: 'slow',
    source:
      'Veeam help center, SOSAPI page; the documents are read every few minutes (virtualtothecore.com). SeaweedFS ' +
      'showed usage after about 60 s; MinIO when its scanner came by. How much delay hurts is not public.',
    advice: ADVICE,
    profile: 'core',
    deadlineMs: 3 * limitMs + 180_000,
    run: (context) => judgeUsage(context, options),
  };
}

export function usageTruthCase(options: UsageTruthOptions): BenchCase {
  const { volumeBytes, limitMs } = options;
  return {
    ...SHARED,
    id: 'sosapi-used-truth',
    title: `Used is true ${limitMs / 60_000} min after ${volumeBytes / MIB} MiB were written, and were deleted`,
    mustComeBack: `Used is wrong by no more than ${TOLERANCE_PERCENT} % of the volume after ${limitMs / 60_000} minutes.`,
    severity: 'breaks',
    source:
      'Veeam help center, SOSAPI page (free space decides on placement and warnings); scality/Zenko#2472 for a store ' +
      'that was wrong. The 5 minutes are the "every few minutes" of virtualtothecore.com.',
    advice: ADVICE,
    profile: 'full',
    deadlineMs: 3 * limitMs + 180_000,
    run: (context) => judgeUsage(context, options),
  };
}

const MOVE_BYTES = 8 * MIB;
const MOVE_LIMIT_MS = 60_000;

const lastModifiedMoves: BenchCase = {
  ...SHARED,
  id: 'sosapi-last-modified-moves',
  title: 'Last-Modified moves with the numbers',
  mustComeBack: 'Another Last-Modified on capacity.xml as soon as its numbers are others.',
  severity: 'breaks',
  source:
    'cloudserver CLDSRV-322: Veeam relies on the Last-Modified of capacity.xml. Said by engineers of Scality; what VBR ' +
    'does with a frozen date is not public.',
  advice: 'Set Last-Modified to the moment that the numbers are of, not to that of a start or of an upload.',
  profile: 'core',
  deadlineMs: 2 * MOVE_LIMIT_MS + 180_000,
  async run(context) {
    await restingUsed(context, MOVE_LIMIT_MS * REST_PART);
    const before = await read(context);
    // HTTP dates have whole seconds: a change within the same one could not show.
    await context.sleep(1100);
    const written = await write(context, MOVE_BYTES);
    const { reading, seconds } = await waitUntil(context, MOVE_LIMIT_MS, ({ used }) => used !== before.used);
    await remove(context, written);
    if (seconds === undefined) {
      context.skip(`Used did not move within ${MOVE_LIMIT_MS / 1000} s of a write (see sosapi-used-lag).`);
    }
    if (reading.lastModified === before.lastModified) {
      context.fail(
        `Used went from ${before.used} to ${reading.used}, but Last-Modified stayed at "${before.lastModified}".`,
      );
    }
    if (Date.parse(reading.lastModified) < Date.parse(before.lastModified)) {
      context.fail(`Last-Modified went back, from "${before.lastModified}" to "${reading.lastModified}".`);
    }
  },
};

export const SOSAPI_USAGE_CASES: readonly BenchCase[] = [
  usageLagCase({ volumeBytes: 64 * MIB, limitMs: 60_000 }),
  usageTruthCase({ volumeBytes: 64 * MIB, limitMs: 300_000 }),
  lastModifiedMoves,
];
