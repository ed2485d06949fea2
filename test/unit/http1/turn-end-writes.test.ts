// What is held back to the end of the turn goes out once, whole and in order.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TurnEndWrites } from '../../../src/http1/turn-end-writes.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n\r\n';

function held() {
  const sent: string[] = [];
  // Copied, since the buffer is used again.
  const writes = new TurnEndWrites((bytes) => sent.push(bytes.toString('latin1')));
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
