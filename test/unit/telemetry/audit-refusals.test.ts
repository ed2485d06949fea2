// Who is refused chooses how often: the lines of the audit log are bounded all the same, and nothing goes uncounted.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AuditEntry } from '../../../src/telemetry/audit-entry.ts';
import { RefusalCap, WINDOW_MS } from '../../../src/telemetry/audit-refusals.ts';

const PER_WINDOW = 3;
const entry: AuditEntry = { atMs: 0, event: 'refusal', fields: {} };

describe('refusals', () => {
  let told: AuditEntry[] = [];
  let cap: RefusalCap;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000 });
    told = [];
    cap = new RefusalCap({
      perWindow: PER_WINDOW,
      groupOf: (address) => (address.startsWith('2001:db8:1:2:') ? '2001:db8:1:2::/64' : address),
      now: Date.now,
      record: (each) => told.push(each),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const take = (address: string, times: number) => {
    for (let count = 0; count < times; count++) cap.take(entry, address);
  };
  const lines = () => told.filter(({ event }) => event === 'refusal').length;
  const silent = () =>
    told.filter(({ event }) => event === 'refusals-suppressed').map(({ fields }) => fields);

  test('of one address so many are told in a minute, then their number, and then again', () => {
    take('192.0.2.1', 10);
    take('192.0.2.2', 2);
    expect(lines()).toBe(PER_WINDOW + 2);
    vi.advanceTimersByTime(WINDOW_MS);
    expect(silent()).toEqual([{ remote: '192.0.2.1', suppressed: 7, since: new Date(1_000).toISOString() }]);
    take('192.0.2.1', 1);
    expect(lines()).toBe(PER_WINDOW + 3);
    vi.advanceTimersByTime(WINDOW_MS);
    expect(silent()).toHaveLength(1);
  });

  test('addresses of one network count together', () => {
    take('2001:db8:1:2::1', PER_WINDOW);
    take('2001:db8:1:2::2', 5);
    cap.flush();
    expect([lines(), silent()]).toMatchObject([PER_WINDOW, [{ remote: '2001:db8:1:2::/64', suppressed: 5 }]]);
  });

  test('many addresses are bounded, too, and none goes uncounted', () => {
    const ADDRESSES = 3_000;
    for (let index = 0; index < ADDRESSES; index++) take(`10.0.${index >> 8}.${index & 255}`, PER_WINDOW);
    expect(lines()).toBe(PER_WINDOW * 20);
    cap.flush();
    expect(silent().length).toBeLessThanOrEqual(21);
    const counted = silent().reduce((sum, { suppressed }) => sum + (suppressed as number), 0);
    expect(lines() + counted).toBe(ADDRESSES * PER_WINDOW);
  });

  test('none is told where none is wanted, but their number is', () => {
    const none = new RefusalCap({
      perWindow: 0,
      groupOf: (address) => address,
      now: Date.now,
      record: (each) => told.push(each),
    });
    none.take(entry, '192.0.2.1');
    none.flush();
    expect([lines(), silent()]).toMatchObject([0, [{ suppressed: 1 }]]);
  });
});
