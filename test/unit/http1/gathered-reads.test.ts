// Records that are put together: every byte comes once and in order, whoever pauses in between.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GatheredReads, type GatheredReadsOwner } from '../../../src/http1/gathered-reads.ts';

class Owner implements GatheredReadsOwner {
  paused = false;
  readonly given: string[] = [];
  readonly back: string[] = [];
  /** Pauses within the call, as one does whose write is not over. */
  pausesAt = Number.POSITIVE_INFINITY;

  give(bytes: Buffer): void {
    this.given.push(bytes.toString('latin1'));
    if (this.given.length === this.pausesAt) this.paused = true;
  }

  giveBack(bytes: Buffer): void {
    this.back.push(bytes.toString('latin1'));
  }
}

describe('GatheredReads', () => {
  it('gives what came within a turn as one piece at its end', async () => {
    const owner = new Owner();
    const reads = new GatheredReads(10, owner);
    for (const text of ['abc', 'de', 'f']) reads.take(Buffer.from(text));
    expect(owner.given).toEqual([]);
    await nextTurn();
    reads.take(Buffer.from('g'));
    await nextTurn();
    expect(owner.given).toEqual(['abcdef', 'g']);
  });

  it('gives what it has before there is no room, and at once what is larger than its room', async () => {
    const owner = new Owner();
    const reads = new GatheredReads(4, owner);
    for (const text of ['abc', 'de', 'fghij', 'k']) reads.take(Buffer.from(text));
    await nextTurn();
    expect(owner.given).toEqual(['abc', 'de', 'fghij', 'k']);
  });

  it('overwrites nothing while its owner holds the buffer', async () => {
    const owner = new Owner();
    owner.pausesAt = 1;
    const reads = new GatheredReads(4, owner);
    for (const text of ['abc', 'de']) reads.take(Buffer.from(text));
    await nextTurn();
    expect([owner.given, owner.back]).toEqual([['abc'], ['de']]);
    owner.paused = false;
    reads.resumed();
    reads.take(Buffer.from('de'));
    await nextTurn();
    expect(owner.given).toEqual(['abc', 'de']);
  });

  it('keeps what it has for an owner who paused meanwhile, and gives it in a turn of its own', async () => {
    const owner = new Owner();
    const reads = new GatheredReads(10, owner);
    reads.take(Buffer.from('abc'));
    owner.paused = true;
    await nextTurn();
    reads.giveAll();
    expect(owner.given).toEqual([]);
    owner.paused = false;
    reads.resumed();
    expect(owner.given).toEqual([]);
    await nextTurn();
    expect(owner.given).toEqual(['abc']);
  });
});
