// One count of a bucket from where it stands to its end: versions or objects, then the parts of unfinished uploads.
import { CapacityUnknownError } from '../../capacity.ts';
import type { BucketListing } from './bucket-listing.ts';
import type { Marker } from './listing-page.ts';
import type { FinishedWalk, WalkPhase, WalkState } from './walk-state.ts';

export interface BucketWalkOptions {
  readonly bucket: string;
  readonly listing: Pick<BucketListing, 'versions' | 'objects' | 'uploads' | 'uploadBytes'>;
  /** Where it stands; it begins when there is none. */
  readonly from: WalkState | undefined;
  readonly countNoncurrent: boolean;
  readonly countUploads: boolean;
  readonly now: () => number;
  /** Told after each page: from there it can go on. */
  onPage(state: WalkState): void;
  /** Awaited before each page: `rest` where nobody wants the number any longer. */
  turn(): Promise<'go on' | 'rest'>;
}

interface Step {
  readonly bytes: bigint;
  readonly count: number;
  /** Where the phase goes on; absent at its end. */
  readonly next?: Marker;
  /** The store has no such listing. */
  readonly isMissing?: boolean;
}

const MISSING: Step = { bytes: 0n, count: 0, isMissing: true };

/** `undefined` where it rests. Rejects with a CapacityUnknownError where the listings cannot be followed. */
export async function walkBucket(options: BucketWalkOptions): Promise<FinishedWalk | undefined> {
  const { bucket, countNoncurrent, countUploads, now, onPage, turn } = options;
  const first: WalkPhase = countNoncurrent ? 'versions' : 'objects';
  const startedAtMs = now();
  let state: WalkState = options.from ?? {
    ...{ phase: first, bytes: 0n, objects: 0, pages: 0 },
    ...{ startedAtMs, movedAtMs: startedAtMs },
  };
  let isCircle = circleDetector();
  for (;;) {
    if ((await turn()) === 'rest') return undefined;
    const step = await stepOf(options, state);
    if (step.isMissing && state.phase !== 'uploads' && state.marker !== undefined) {
      throw new CapacityUnknownError(
        `asked for the versions of bucket ${bucket}: the store lists none any longer`,
      );
    }
    const { marker: _left, ...rest } = state;
    const moved = {
      ...rest,
      bytes: state.bytes + step.bytes,
      objects: state.objects + step.count,
      pages: state.pages + 1,
      movedAtMs: now(),
    };
    if (step.next !== undefined) {
      if (isCircle(step.next)) {
        throw new CapacityUnknownError(
          `asked for the ${state.phase} of bucket ${bucket}: the pages of the listing go in a circle`,
        );
      }
      state = { ...moved, marker: step.next };
    } else if (step.isMissing && state.phase === 'versions') state = { ...moved, phase: 'objects' };
    else if (state.phase !== 'uploads' && countUploads) state = { ...moved, phase: 'uploads' };
    else {
      const areCounted = state.phase === 'uploads' && step.isMissing !== true;
      return finished(moved, areCounted ? 'counted' : 'not-counted', now());
    }
    if (step.next === undefined) isCircle = circleDetector();
    onPage(state);
  }
}

async function stepOf({ listing }: BucketWalkOptions, { phase, marker }: WalkState): Promise<Step> {
  if (phase === 'versions') return (await listing.versions(marker)) ?? MISSING;
  if (phase === 'objects') return listing.objects(marker);
  const page = await listing.uploads(marker);
  if (page === undefined) return MISSING;
  let bytes = 0n;
  for (const upload of page.uploads) bytes += await listing.uploadBytes(upload);
  return { bytes, count: 0, ...(page.next && { next: page.next }) };
}

function finished(state: WalkState, uploads: FinishedWalk['uploads'], endedAtMs: number): FinishedWalk {
  const { bytes, objects, pages, startedAtMs } = state;
  if (endedAtMs < startedAtMs) {
    throw new CapacityUnknownError(
      'the clock was set back while a bucket was counted: it is not known how long that took',
    );
  }
  return { bytes, objects, pages, uploads, startedAtMs, endedAtMs };
}

/**
 * Tells whether the pages of a broken listing come round again, however long the circle, by remembering one marker at a
 * time, after twice as many pages each (Brent's way). Keys are not compared: not every store lists them in order.
 */
function circleDetector(): (next: Marker) => boolean {
  let [remembered, steps, limit]: [Marker | undefined, number, number] = [undefined, 0, 1];
  return (next) => {
    if (remembered?.key === next.key && remembered.id === next.id) return true;
    steps += 1;
    if (steps === limit) [remembered, steps, limit] = [next, 0, limit * 2];
    return false;
  };
}
