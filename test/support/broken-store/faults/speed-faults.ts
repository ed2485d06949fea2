// Faults of speed and of many at a time.
import { errorAnswer, type Fault, type Handle, handling } from '../fault.ts';

/** A little more than the bench takes for one existence check. */
const EXISTENCE_MS = 1100;
/** A little less than ten a second. */
const RETENTION_MS = 110;
/** A little less than 28 a second. */
const DELETE_MS = 40;
const READS = 32;
const WRITES = 32;
/** Where there are several, they take so long that all of them are under way together, though bench and store share a processor. */
const FEW_WRITES = 4;
const WRITE_MS = 200;
const LARGE_BYTES = 64 * 1024;

export const SPEED_FAULTS: readonly Fault[] = [
  {
    id: 'row-20',
    row: 20,
    does: 'walks the folder of a block when its whole key is the prefix of a list',
    caughtBy: ['row-20'],
    handler: handling(async (request, store) => {
      if (request.isVersionList && request.query.get('prefix')?.endsWith('.blk') === true) {
        await store.sleep(EXISTENCE_MS);
      }
      return store.pass(request);
    }),
  },
  {
    id: 'row-21',
    row: 21,
    does: 'takes one PutObjectRetention at a time, less than ten a second',
    caughtBy: ['row-21'],
    handler: oneByOne,
  },
  {
    id: 'row-44',
    row: 44,
    does: 'deletes fewer than 28 keys a second in DeleteObjects',
    caughtBy: ['row-44'],
    handler: handling(async (request, store) => {
      const keys = request.isMultiDelete ? (request.body.toString().match(/<Object>/g) ?? []).length : 0;
      await store.sleep(keys * DELETE_MS);
      return store.pass(request);
    }),
  },
  {
    id: 'row-47',
    row: 47,
    does: `breaks the connection in the middle of a read when more than ${READS} are under way`,
    caughtBy: ['row-47'],
    handler: brokenReads,
  },
  {
    id: 'row-49',
    row: 49,
    does: `answers 503 SlowDown when more than ${WRITES} PUTs into one folder are under way`,
    caughtBy: ['row-49'],
    handler: slowDown,
  },
];

function oneByOne(): Handle {
  let last: Promise<unknown> = Promise.resolve();
  return async (request, store) => {
    if (request.isRetention) {
      last = last.then(() => store.sleep(RETENTION_MS));
      await last;
    }
    return store.pass(request);
  };
}

function brokenReads(): Handle {
  let reads = 0;
  return async (request, store) => {
    if (request.method !== 'GET' || !request.isObject) return store.pass(request);
    reads += 1;
    const isCrowded = reads > READS;
    try {
      const answer = await store.pass(request);
      const cut = isCrowded && answer.body.length >= LARGE_BYTES;
      return cut ? { ...answer, cutAfter: answer.body.length / 2 } : answer;
    } finally {
      reads -= 1;
    }
  };
}

/** By folder, as stores do that spread folders over their nodes. */
function slowDown(): Handle {
  const writes = new Map<string, number>();
  return async (request, store) => {
    if (!request.isPut) return store.pass(request);
    const folder = request.path.slice(0, request.path.lastIndexOf('/'));
    const before = writes.get(folder) ?? 0;
    if (before >= WRITES) return errorAnswer(503, 'SlowDown', request);
    writes.set(folder, before + 1);
    try {
      if (before >= FEW_WRITES) await store.sleep(WRITE_MS);
      return await store.pass(request);
    } finally {
      writes.set(folder, (writes.get(folder) ?? 0) - 1);
    }
  };
}
