// A read buffer that grows: nothing that was given is written over, whatever is read meanwhile.
import { describe, expect, it } from 'vitest';
import { GrowingReads } from '../../../src/http1/growing-reads.ts';
import { ROOM_BYTES } from '../../../src/http1/read-buffer.ts';
import { askedSizes } from './asked-sizes.ts';

const FIRST = 16 * 1024;
const GROWN = 100_000;

function reads() {
  const given: Buffer[] = [];
  const { asked, sizes } = askedSizes(GROWN);
  const owner = {
    paused: false,
    give(bytes: Buffer, roomBefore: number): void {
      // As one does who puts a head there.
      Buffer.from(bytes.buffer, bytes.byteOffset - roomBefore, roomBefore).fill('!');
      expect(roomBefore).toBe(ROOM_BYTES);
      given.push(bytes);
    },
  };
  const growing = new GrowingReads(sizes, owner);
  const { buffer, callback } = growing.onRead;
  let into: Buffer | undefined;
  /** Node.js stays with the last one where it is given none. */
  const place = (): Buffer => {
    into = (buffer as () => Buffer | undefined)() ?? into;
    return into ?? expect.fail('there was no first one');
  };
  return {
    growing,
    given,
    asked,
    owner,
    place,
    /** As Node.js does: into the place that was asked for behind the read before. */
    read(text: string): boolean {
      const here = place();
      here.write(text, 'latin1');
      return callback(text.length, here);
    },
  };
}

describe('GrowingReads', () => {
  it('stays small while no read fills it, in one buffer', () => {
    const { read, place, asked, given, growing } = reads();
    const first = place();
    for (let count = 0; count < 5; count++) read('a'.repeat(FIRST - 1));
    expect(place()).toBe(first);
    expect(given[0]?.buffer).toBe(given[4]?.buffer);
    growing.closed();
    expect(asked).toEqual({ next: 0, gone: [] });
  });

  it('grows once, from the read on that fills it', () => {
    const { read, place, asked, growing } = reads();
    read('a'.repeat(FIRST));
    expect(place()).toHaveLength(GROWN);
    const grown = place();
    read('b'.repeat(GROWN));
    expect(place()).toBe(grown);
    expect(asked.next).toBe(1);
    growing.closed();
    growing.closed();
    expect(asked.gone).toEqual([GROWN]);
  });

  it('leaves what was read before where it is, while it is on its way out', () => {
    const { read, given, owner } = reads();
    owner.paused = true;
    expect(read('a'.repeat(FIRST))).toBe(false);
    owner.paused = false;
    expect(read('b'.repeat(GROWN))).toBe(true);
    expect(given[0]?.toString('latin1')).toBe('a'.repeat(FIRST));
    expect(given[1]?.toString('latin1')).toBe('b'.repeat(GROWN));
  });
});
