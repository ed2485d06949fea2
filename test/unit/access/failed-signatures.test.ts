import { describe, expect, test } from 'vitest';
import {
  createFailedSignatures,
  type FailedSignaturesOptions,
} from '../../../src/access/failed-signatures.ts';

const A = '192.0.2.1';
const B = '192.0.2.2';
const WINDOW_MS = 10_000;

const counted = (options: Partial<FailedSignaturesOptions> = {}) =>
  createFailedSignatures({ limit: 3, windowMs: WINDOW_MS, groupOf: (address) => address, ...options });

const fail = (failures: ReturnType<typeof counted>, times: number, nowMs: number, address = A) =>
  Array.from({ length: times }, () => failures.failed(address, nowMs)).filter(
    (episode) => episode !== undefined,
  );

describe('failed signatures of an address', () => {
  test('as many as the limit cost nothing, one more holds the address off', () => {
    const failures = counted();
    expect(fail(failures, 3, 0)).toEqual([]);
    expect(failures.heldOffMs(A, 0)).toBe(0);
    expect(fail(failures, 1, 0)).toEqual([{ group: A, failures: 4, forMs: WINDOW_MS }]);
    expect(failures.heldOffMs(A, 0)).toBe(WINDOW_MS);
  });

  test('for one window from then on, however late in the first one it began', () => {
    const failures = counted();
    fail(failures, 3, 0);
    fail(failures, 1, 9_000);
    expect(failures.heldOffMs(A, 9_000)).toBe(WINDOW_MS);
    expect(failures.heldOffMs(A, 18_999)).toBe(1);
    expect(failures.heldOffMs(A, 19_000)).toBe(0);
  });

  test('another address is not concerned', () => {
    const failures = counted();
    fail(failures, 4, 0);
    expect(failures.heldOffMs(B, 0)).toBe(0);
    expect(fail(failures, 3, 0, B)).toEqual([]);
  });

  test('one episode is told once, and the next one again', () => {
    const failures = counted();
    expect(fail(failures, 10, 0)).toHaveLength(1);
    expect(fail(failures, 10, WINDOW_MS)).toHaveLength(1);
  });

  test('the count begins anew with each window', () => {
    const failures = counted();
    fail(failures, 3, 0);
    expect(fail(failures, 3, WINDOW_MS)).toEqual([]);
    expect(failures.heldOffMs(A, WINDOW_MS)).toBe(0);
  });

  test('one wrong key among good ones: each success earns one failure back', () => {
    const failures = counted();
    for (let n = 0; n < 1_000; n++) {
      expect(failures.failed(A, n)).toBeUndefined();
      failures.succeeded(A, n);
    }
    expect(failures.heldOffMs(A, 1_000)).toBe(0);
  });

  test('successes are not saved up', () => {
    const failures = counted();
    for (let n = 0; n < 1_000; n++) failures.succeeded(A, 0);
    expect(failures.size).toBe(0);
    expect(fail(failures, 4, 0)).toHaveLength(1);
  });

  test('an address that is exempt is never held off', () => {
    const failures = counted({ groupOf: () => undefined });
    expect(fail(failures, 1_000, 0)).toEqual([]);
    expect(failures.heldOffMs(A, 0)).toBe(0);
    expect(failures.size).toBe(0);
  });

  test('limit 0 is no limit', () => {
    const failures = counted({ limit: 0 });
    expect(fail(failures, 1_000, 0)).toEqual([]);
    expect(failures.size).toBe(0);
  });
});

describe('what is remembered', () => {
  test('a fixed number of addresses: the one that began first is forgotten', () => {
    const failures = counted({ maxAddresses: 10 });
    fail(failures, 4, 0, 'first');
    for (let n = 0; n < 10_000; n++) failures.failed(`address ${n}`, 1);
    expect(failures.size).toBe(10);
    expect(failures.heldOffMs('first', 1)).toBe(0);
  });

  test('ten thousand where nobody says how many', () => {
    const failures = counted();
    for (let n = 0; n < 12_000; n++) failures.failed(`address ${n}`, 1);
    expect(failures.size).toBe(10_000);
  });

  test('windows that are over are cleared away by the next failure', () => {
    const failures = counted();
    for (let n = 0; n < 100; n++) failures.failed(`address ${n}`, 0);
    failures.failed(A, WINDOW_MS);
    expect(failures.size).toBe(1);
  });

  test('many addresses of one group are one', () => {
    const failures = counted({ groupOf: () => 'network' });
    expect(failures.failed('a', 0)).toBeUndefined();
    for (const address of ['b', 'c']) failures.failed(address, 0);
    expect(failures.failed('d', 0)).toMatchObject({ group: 'network', failures: 4 });
    expect(failures.heldOffMs('e', 0)).toBe(WINDOW_MS);
    expect(failures.size).toBe(1);
  });
});
