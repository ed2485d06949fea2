// Reads that are put together: every byte comes once and in order, whoever pauses in between, and nothing is overwritten that
// is on its way out.
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { GatheredReads, type GatheredReadsOwner } from '../../../src/http1/gathered-reads.ts';
import { askedSizes } from './asked-sizes.ts';

const KIB = 1024;
/** What every connection begins with. */
const FIRST = 16 * KIB;
/** Of one that grew. */
const ROOM = 64 * KIB;
/** What one read of libuv gives at most. */
const READ_BYTES = 64 * KIB;

class Owner implements GatheredReadsOwner {
  paused = false;
  readings = 0;
  overruns = 0;
  given: string[] = [];
  rooms: number[] = [];
  /** As given, not copied: shows what is written over it while it is held. */
  held: Buffer | undefined;
  /** Pauses within the call, as one does whose write is not over. */
  pausesAt = Number.POSITIVE_INFINITY;

  give(bytes: Buffer, roomBefore: number): void {
    // As one does who puts a head there.
    Buffer.from(bytes.buffer, bytes.byteOffset - roomBefore, roomBefore).fill('!');
    this.rooms.push(roomBefore);
    this.given.push(bytes.toString('latin1'));
    if (this.given.length < this.pausesAt) return;
    this.paused = true;
    this.held = bytes;
  }

  readOn(): void {
    this.readings++;
  }

  overrun(): void {
    this.overruns++;
  }
}

/** As Node.js reads: the place of the next read is chosen when the one before is over. */
class Reader {
  #place: Uint8Array;
  readonly #reads: GatheredReads;

  constructor(reads: GatheredReads) {
    this.#reads = reads;
    this.#place = this.#nextPlace();
  }

  /** Gives what it was told last: whether to read on. */
  read(text: string): boolean {
    let goesOn = true;
    for (let left = Buffer.from(text, 'latin1'); left.length > 0; ) {
      expect(this.#place.length).toBeGreaterThan(0);
      const length = Math.min(left.length, this.#place.length);
      this.#place.set(left.subarray(0, length));
      left = left.subarray(length);
      goesOn = this.#reads.onRead.callback(length, this.#place);
      this.#place = this.#nextPlace();
    }
    return goesOn;
  }

  #nextPlace(): Uint8Array {
    const { buffer } = this.#reads.onRead;
    return typeof buffer === 'function' ? buffer() : buffer;
  }
}

function reading(owner = new Owner()) {
  const { asked, sizes } = askedSizes(ROOM);
  const reads = new GatheredReads(sizes, owner);
  return { owner, reads, asked, reader: new Reader(reads) };
}

/** With nothing given yet. */
async function grown() {
  const all = reading();
  all.reader.read('.'.repeat(FIRST));
  await nextTurn();
  // Into the place that was chosen before.
  all.reader.read('.');
  await nextTurn();
  const { owner } = all;
  Object.assign(owner, { given: [], rooms: [], readings: 0 });
  return all;
}

describe('GatheredReads', () => {
  it('gives what came within a turn as one piece at its end', async () => {
    const { owner, reader } = reading();
    for (const text of ['abc', 'de', 'f']) expect(reader.read(text)).toBe(true);
    expect(owner.given).toEqual([]);
    await nextTurn();
    reader.read('g');
    reader.read('h');
    await nextTurn();
    expect(owner.given).toEqual(['abcdef', 'gh']);
  });

  it('stays small while its room is not full', async () => {
    const { owner, reads, reader, asked } = reading();
    for (let count = 0; count < 5; count++) {
      expect(reader.read('x'.repeat(FIRST - 1))).toBe(true);
      await nextTurn();
    }
    expect([owner.given.length, owner.readings]).toEqual([5, 0]);
    reads.closed();
    expect(asked).toEqual({ next: 0, gone: [] });
  });

  it('grows once, when what filled it was given, and gives the size back once', async () => {
    const { owner, reads, reader, asked } = reading();
    owner.pausesAt = 1;
    expect(reader.read('x'.repeat(FIRST))).toBe(false);
    await nextTurn();
    // Held: it may still be on its way out.
    expect([asked.next, owner.readings]).toEqual([0, 0]);
    owner.paused = false;
    owner.pausesAt = Number.POSITIVE_INFINITY;
    reads.resumed();
    expect([asked.next, owner.readings]).toEqual([1, 1]);
    expect(reader.read('y'.repeat(FIRST))).toBe(true);
    expect(reader.read('z'.repeat(ROOM - FIRST))).toBe(false);
    expect(owner.held?.toString()).toBe('x'.repeat(FIRST));
    await nextTurn();
    expect(owner.given[1] === 'y'.repeat(FIRST) + 'z'.repeat(ROOM - FIRST)).toBe(true);
    reads.closed();
    reads.closed();
    expect(asked).toEqual({ next: 1, gone: [ROOM] });
  });

  it('takes no size any more when the connection is gone before what came is given', async () => {
    const { owner, reads, reader, asked } = reading();
    reader.read('x'.repeat(FIRST));
    reads.closed();
    await nextTurn();
    expect(owner.given.length).toBe(1);
    expect(asked).toEqual({ next: 0, gone: [] });
  });

  it('asks to stop where its room is full, and reads on when all of it was given', async () => {
    const { owner, reads, reader } = await grown();
    expect(reader.read('x'.repeat(ROOM - 1))).toBe(true);
    expect(reader.read('y')).toBe(false);
    expect(reads.isFull).toBe(true);
    // What a stop does not reach any more.
    expect(reader.read('z'.repeat(READ_BYTES + 16 * KIB))).toBe(false);
    expect(owner.readings).toBe(0);
    await nextTurn();
    expect(owner.given.map(({ length }) => length)).toEqual([ROOM + READ_BYTES + 16 * KIB]);
    expect([owner.readings, reads.isFull, owner.overruns]).toEqual([1, false, 0]);
  });

  it('overwrites nothing while its owner holds what he was given', async () => {
    const { owner, reads, reader } = reading();
    owner.pausesAt = 1;
    reader.read('abc');
    await nextTurn();
    // Decrypted in the same go, before the pause could reach the socket.
    expect(reader.read('de')).toBe(false);
    await nextTurn();
    expect([owner.given, owner.held?.toString()]).toEqual([['abc'], 'abc']);
    owner.paused = false;
    owner.pausesAt = Number.POSITIVE_INFINITY;
    reads.resumed();
    expect(owner.given).toEqual(['abc']);
    reader.read('fg');
    expect(owner.held?.toString()).toBe('abc');
    await nextTurn();
    expect(owner.given).toEqual(['abc', 'defg']);
    // What lies before the second may still be on its way out.
    expect(owner.rooms).toEqual([1024, 0]);
  });

  it('keeps what it has for an owner who paused meanwhile, and tells the end behind it', async () => {
    const { owner, reads, reader } = reading();
    let ends = 0;
    reader.read('abc');
    owner.paused = true;
    await nextTurn();
    reads.ended(() => ends++);
    expect([owner.given, ends]).toEqual([[], 0]);
    owner.paused = false;
    owner.pausesAt = 1;
    reads.resumed();
    await nextTurn();
    expect([owner.given, ends]).toEqual([['abc'], 0]);
    owner.paused = false;
    reads.resumed();
    expect(ends).toBe(1);
  });

  it('says so where more came than it can keep, and never offers a place of no bytes', async () => {
    const { owner, reader } = await grown();
    owner.paused = true;
    reader.read('x'.repeat(ROOM + 96 * KIB));
    expect(owner.overruns).toBe(0);
    expect(reader.read('y')).toBe(false);
    expect(owner.overruns).toBe(1);
  });
});

test('whatever comes, and whoever pauses, the bytes are the same', async () => {
  const step = fc.oneof(
    fc.integer({ min: 1, max: READ_BYTES }).map((bytes) => ({ kind: 'read' as const, bytes })),
    fc.constant({ kind: 'turn' as const }),
    fc.constant({ kind: 'pause' as const }),
    fc.constant({ kind: 'resume' as const }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { owner, reads, reader } = reading();
      let sent = '';
      let isStopped = false;
      for (const action of steps) {
        if (action.kind === 'turn') await nextTurn();
        if (action.kind === 'pause') owner.paused = true;
        if (action.kind === 'resume' && owner.paused) {
          owner.paused = false;
          reads.resumed();
        }
        isStopped &&= owner.paused || reads.isFull;
        if (action.kind === 'read' && !isStopped) {
          const text = String.fromCharCode(97 + (sent.length % 26)).repeat(action.bytes);
          sent += text;
          isStopped = !reader.read(text);
        }
      }
      owner.paused = false;
      reads.resumed();
      let ends = 0;
      reads.ended(() => ends++);
      await nextTurn();
      expect(owner.given.join('') === sent).toBe(true);
      expect([owner.overruns, ends]).toEqual([0, 1]);
    }),
    { numRuns: 300 },
  );
});
