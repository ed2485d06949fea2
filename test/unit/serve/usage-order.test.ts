import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UsageOrder, type UsageTeller } from '../../../src/serve/usage-order.ts';

interface Change {
  readonly atMs: number;
  readonly name: string;
}

class Teller implements UsageTeller {
  asked = 0;
  askUsage(): void {
    this.asked += 1;
  }
}

function start() {
  const handed: string[] = [];
  const order = new UsageOrder<Change>({
    hand: (changes) => {
      handed.push(...changes.map(({ name }) => name));
    },
    now: () => performance.now(),
  });
  const one = new Teller();
  const other = new Teller();
  order.joined(one, 0);
  order.joined(other, 0);
  return { handed, order, one, other };
}

describe('what several workers tell', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('waits for what another did before it', () => {
    const { handed, order, one, other } = start();
    order.told(one, [{ atMs: 20, name: 'complete' }], 25);
    expect(handed).toEqual([]);
    order.told(other, [{ atMs: 10, name: 'part' }], 30);
    expect(handed).toEqual(['part', 'complete']);
  });

  test('is handed on as far as all have told', () => {
    const { handed, order, one, other } = start();
    order.told(
      one,
      [10, 20, 30].map((atMs) => ({ atMs, name: `one at ${atMs}` })),
      40,
    );
    order.told(other, [], 20);
    expect(handed).toEqual(['one at 10', 'one at 20']);
    order.told(other, [], 30);
    expect(handed).toEqual(['one at 10', 'one at 20', 'one at 30']);
  });

  test('is asked for after a while, of those alone who are behind', () => {
    const { handed, order, one, other } = start();
    order.told(one, [{ atMs: 10, name: 'put' }], 15);
    vi.advanceTimersByTime(49);
    expect([one.asked, other.asked]).toEqual([0, 0]);
    vi.advanceTimersByTime(1);
    expect([one.asked, other.asked]).toEqual([0, 1]);
    order.told(other, [], 60);
    expect(handed).toEqual(['put']);
    vi.advanceTimersByTime(10_000);
    expect(other.asked).toBe(1);
  });

  test('waits no longer than a second for one that says nothing', () => {
    const { handed, order, one } = start();
    order.told(one, [{ atMs: 10, name: 'put' }], 15);
    vi.advanceTimersByTime(999);
    expect(handed).toEqual([]);
    vi.advanceTimersByTime(51);
    expect(handed).toEqual(['put']);
  });

  test('waits for nobody who left', () => {
    const { handed, order, one, other } = start();
    order.told(one, [{ atMs: 10, name: 'put' }], 15);
    order.left(other);
    expect(handed).toEqual(['put']);
    order.left(one);
    order.told(one, [{ atMs: 30, name: 'last words' }], 30);
    expect(handed).toEqual(['put', 'last words']);
  });

  test('is not held for ever where the wall clock was set back', () => {
    const { handed, order, one, other } = start();
    order.told(one, [{ atMs: 3_600_000, name: 'put' }], 3_600_000);
    for (let atMs = 0; atMs < 1_100; atMs += 50) {
      vi.advanceTimersByTime(50);
      order.told(one, [], atMs);
      order.told(other, [], atMs);
    }
    expect(handed).toEqual(['put']);
  });

  test('settles when all of it was handed on, and asks at once', async () => {
    const { handed, order, one, other } = start();
    await order.settle();
    order.told(one, [{ atMs: 10, name: 'put' }], 15);
    let isSettled = false;
    const settled = order.settle().then(() => {
      isSettled = true;
    });
    expect(other.asked).toBe(1);
    await Promise.resolve();
    expect(isSettled).toBe(false);
    order.told(other, [], 20);
    await settled;
    expect(handed).toEqual(['put']);
  });

  test('settles under load too, where something newer is always held', async () => {
    const { handed, order, one, other } = start();
    order.told(one, [{ atMs: 10, name: 'put' }], 15);
    let isSettled = false;
    const settled = order.settle().then(() => {
      isSettled = true;
    });
    order.told(one, [{ atMs: 30, name: 'newer' }], 35);
    await Promise.resolve();
    expect(isSettled).toBe(false);
    order.told(other, [], 20);
    expect(handed).toEqual(['put']);
    await settled;
    expect(isSettled).toBe(true);
  });

  test('comes in the order of its time, however late each is told, and all of it', () => {
    const telling = fc.record({
      teller: fc.nat({ max: 3 }),
      steps: fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
      quietMs: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(telling, { maxLength: 40 }), (tellings) => {
        const handed: number[] = [];
        const order = new UsageOrder<Change>({
          hand: (changes) => {
            handed.push(...changes.map(({ atMs }) => atMs));
          },
          now: () => 0,
        });
        const clocks = new Map([0, 1, 2, 3].map((number) => [number, { atMs: 0, teller: new Teller() }]));
        for (const { teller } of clocks.values()) order.joined(teller, 0);
        const all: number[] = [];
        for (const { teller, steps, quietMs } of tellings) {
          const clock = clocks.get(teller);
          if (clock === undefined) continue;
          const changes = steps.map((step) => {
            clock.atMs += step + 1;
            return { atMs: clock.atMs, name: '' };
          });
          all.push(...changes.map(({ atMs }) => atMs));
          clock.atMs += quietMs;
          order.told(clock.teller, changes, clock.atMs);
        }
        for (const { teller } of clocks.values()) order.left(teller);
        expect(handed).toEqual(all.sort((one, other) => one - other));
      }),
    );
  });

  test('is all there up to a moment once each teller has said so, also where nothing is held', async () => {
    const { order, one, other } = start();
    let isCaughtUp = false;
    const caughtUp = order.caughtUp(50).then(() => {
      isCaughtUp = true;
    });
    expect([one.asked, other.asked]).toEqual([1, 1]);
    order.told(one, [], 60);
    order.told(other, [], 40);
    await vi.advanceTimersByTimeAsync(0);
    expect(isCaughtUp).toBe(false);
    order.told(other, [], 50);
    await caughtUp;
    await order.caughtUp(50);
    expect([one.asked, other.asked]).toEqual([1, 1]);
  });

  test('nobody waits for ever for a teller that says nothing', async () => {
    const { order } = start();
    const caughtUp = order.caughtUp(50);
    await vi.advanceTimersByTimeAsync(1_000);
    await caughtUp;
  });
});
