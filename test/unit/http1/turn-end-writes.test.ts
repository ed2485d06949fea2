// What is held back to the end of the turn goes out once, whole and in order.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TurnEnd } from '../../../src/http1/turn-end.ts';
import { TurnEndWrites } from '../../../src/http1/turn-end-writes.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n\r\n';

function held() {
  const sent: string[] = [];
  // Copied, since the buffer is used again.
  const writes = new TurnEndWrites((bytes) => sent.push(bytes.toString('latin1')), new TurnEnd());
  return { writes, sent };
}

describe('TurnEndWrites', () => {
  it('sends a head by itself at the end of the turn', async () => {
    const { writes, sent } = held();
    writes.hold(HEAD);
    expect([sent, writes.isEmpty]).toEqual([[], false]);
    await nextTurn();
    expect([sent, writes.isEmpty]).toEqual([[HEAD], true]);
  });

  it('sends a head and few bytes behind it as one piece, which no longer needs those bytes', async () => {
    const { writes, sent } = held();
    const body = Buffer.from('\xe9body', 'latin1');
    writes.hold(HEAD);
    expect(writes.join(body)).toBe(true);
    body.fill('x');
    await nextTurn();
    expect(sent).toEqual([`${HEAD}\xe9body`]);
  });

  it('takes bytes up to 8 KiB with the head, once, and none without a head', () => {
    const { writes, sent } = held();
    expect(writes.join(Buffer.from('body'))).toBe(false);
    writes.hold(HEAD);
    expect(writes.join(Buffer.alloc(8 * 1024 - HEAD.length + 1))).toBe(false);
    expect(writes.join(Buffer.alloc(8 * 1024 - HEAD.length, 'y'))).toBe(true);
    expect(writes.join(Buffer.from('more'))).toBe(false);
    writes.flush();
    expect(sent.map(({ length }) => length)).toEqual([8 * 1024]);
  });

  it('puts a head into the room before bytes, once, and only where it has room', async () => {
    const { writes, sent } = held();
    const memory = Buffer.from(`..${'x'.repeat(HEAD.length)}body`);
    const body = memory.subarray(-4);
    expect(writes.prepend(body, HEAD.length)).toBeUndefined();
    writes.hold(HEAD);
    expect(writes.prepend(body, HEAD.length - 1)).toBeUndefined();
    expect(writes.prepend(body, HEAD.length)?.toString()).toBe(`${HEAD}body`);
    expect(memory.toString()).toBe(`..${HEAD}body`);
    expect(writes.prepend(body, HEAD.length)).toBeUndefined();
    await nextTurn();
    expect(sent).toEqual([]);
  });

  it('puts no head before bytes that would overtake the ones behind it', async () => {
    const { writes, sent } = held();
    writes.hold(HEAD);
    writes.join(Buffer.from('first'));
    expect(writes.prepend(Buffer.from(`${HEAD}second`).subarray(HEAD.length), HEAD.length)).toBeUndefined();
    await nextTurn();
    expect(sent).toEqual([`${HEAD}first`]);
  });

  it('sends what was held before it holds the next, and nothing twice', async () => {
    const { writes, sent } = held();
    writes.hold('first');
    writes.join(Buffer.from('+'));
    writes.hold('second');
    writes.flush();
    writes.flush();
    await nextTurn();
    expect(sent).toEqual(['first+', 'second']);
  });
});
