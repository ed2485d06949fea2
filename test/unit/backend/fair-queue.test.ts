import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CredentialGate, GateShutError } from '../../../src/backend/credential-gate.ts';
import { FairQueue } from '../../../src/backend/fair-queue.ts';
import { turns } from '../http1/wire-fixture.ts';

const drained = <T>(queue: FairQueue<T>): T[] => {
  const all: T[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) all.push(item);
  return all;
};

test('owners take turns, and each is served in its own order', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.push(item.charAt(0), item);
  expect(queue.size).toBe(6);
  expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect(queue.size).toBe(0);
});

test('one that no longer waits is not served', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'b1', 'a2']) queue.push(item.charAt(0), item);
  queue.delete('a', 'a1');
  queue.delete('a', 'a1');
  queue.delete('z', 'z1');
  expect(queue.size).toBe(2);
  expect(drained(queue)).toEqual(['a2', 'b1']);
});

test('between two turns of an owner every other that waits has one', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 }), (owners) => {
      const queue = new FairQueue<string>();
      const waiting = new Map<string, number>();
      for (const [index, owner] of owners.entries()) {
        queue.push(owner, `${owner}${index}`);
        waiting.set(owner, (waiting.get(owner) ?? 0) + 1);
      }
      let since = new Set<string>();
      for (const item of drained(queue)) {
        const owner = item.charAt(0);
        if (since.has(owner)) {
          for (const [other, left] of waiting)
            if (left > 0 && other !== owner) expect(since).toContain(other);
          since = new Set();
        }
        since.add(owner);
        waiting.set(owner, (waiting.get(owner) ?? 0) - 1);
      }
      expect([...waiting.values()].every((left) => left === 0)).toBe(true);
    }),
  );
});

test('a credential passes up to its limit, and waits for its own', async () => {
  const gate = new CredentialGate({ maxInFlight: 2, patienceMs: 3_600_000 });
  expect([gate.enter('a'), gate.enter('a'), gate.enter('b')]).toEqual([undefined, undefined, undefined]);
  const order: string[] = [];
  const third = gate.enter('a')?.then(() => order.push('third'));
  const fourth = gate.enter('a')?.then(() => order.push('fourth'));
  await expect(gate.enter('a')).rejects.toBeInstanceOf(GateShutError);
  gate.leave('b');
  await turns();
  expect(order).toEqual([]);
  gate.leave('a');
  await third;
  expect(order).toEqual(['third']);
  gate.leave('a');
  await fourth;
  expect(gate.size).toBe(1);
  gate.leave('a');
  gate.leave('a');
  expect(gate.size).toBe(0);
});

test('one that waited too long is refused, and holds no place', async () => {
  const gate = new CredentialGate({ maxInFlight: 1, patienceMs: 1 });
  expect(gate.enter('a')).toBeUndefined();
  await expect(gate.enter('a')).rejects.toBeInstanceOf(GateShutError);
  gate.leave('a');
  expect(gate.size).toBe(0);
});
