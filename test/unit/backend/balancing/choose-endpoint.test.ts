import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BOUND,
  type Candidate,
  homeOf,
  leastBusy,
} from '../../../../src/backend/balancing/choose-endpoint.ts';
import { hashOf } from '../../../../src/backend/balancing/stable-hash.ts';

const node = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  seed: hashOf(name),
  load: 0,
  limit: 512,
  weight: 1,
  ...more,
});
const entities = Array.from({ length: 2_000 }, (_, index) => hashOf(`Veeam/Archive/f/b/${index}/`));
const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 2, maxLength: 12 });
const FLOOR = 0;

test('a node that goes moves its own entities and no other, one that comes takes only what becomes its own', () => {
  fc.assert(
    fc.property(names, fc.nat(), (all, at) => {
      const gone = at % all.length;
      const before = all.map((name) => node(name));
      const after = before.filter((_, index) => index !== gone);
      const absent = before.map((each, index) => (index === gone ? { ...each, weight: 0 } : each));
      for (const entity of entities.slice(0, 200)) {
        const home = before[homeOf(before, entity)];
        const next = after[homeOf(after, entity)];
        if (home === before[gone]) expect(next).not.toBe(home);
        else expect(next).toBe(home);
        expect(absent[homeOf(absent, entity)]?.seed).toBe(next?.seed);
      }
    }),
  );
});

test('their order says nothing', () => {
  fc.assert(
    fc.property(names, (all) => {
      const nodes = all.map((name) => node(name));
      const reversed = [...nodes].reverse();
      for (const entity of entities.slice(0, 100)) {
        expect(reversed[homeOf(reversed, entity)]).toBe(nodes[homeOf(nodes, entity)]);
      }
    }),
  );
});

test('entities are spread evenly over nodes whose names differ little', () => {
  const nodes = [1, 2, 3, 4].map((last) => node(`10.0.0.${last}:9000`));
  const counts = [0, 0, 0, 0];
  for (const entity of entities) counts[homeOf(nodes, entity)] = (counts[homeOf(nodes, entity)] ?? 0) + 1;
  // 500 each; the standard deviation of a fair draw is 19.
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100);
});

test('no node gets more than its bound, and each request finds one', () => {
  const loads = fc.array(fc.nat({ max: 300 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(loads, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (all, entity) => {
      const nodes = all.map((load, index) => node(`n${index}`, { load }));
      const home = nodes[homeOf(nodes, entity, FLOOR)];
      const mean = (all.reduce((sum, load) => sum + load, 0) + 1) / all.length;
      expect(home?.load).toBeLessThan(Math.ceil(BOUND * mean));
    }),
  );
});

test('one entity alone stays where it is up to the floor, then spills over', () => {
  const loads = [0, 0, 0, 0];
  const nodesNow = () => loads.map((load, index) => node(`n${index}`, { load }));
  const home = homeOf(nodesNow(), 7);
  for (let sent = 0; sent < 64; sent++) {
    const chosen = homeOf(nodesNow(), 7);
    expect(chosen).toBe(home);
    loads[chosen] = (loads[chosen] ?? 0) + 1;
  }
  expect(homeOf(nodesNow(), 7)).not.toBe(home);
});

test('one that has no connection left is passed over, and one that comes back takes little', () => {
  const at = homeOf([node('a'), node('b')], 7);
  const full = ['a', 'b'].map((name, index) => node(name, index === at ? { load: 8, limit: 8 } : {}));
  expect(homeOf(full, 7)).toBe(1 - at);
  const slow = ['a', 'b'].map((name, index) => node(name, index === at ? { load: 7, weight: 0.1 } : {}));
  expect(homeOf(slow, 7)).toBe(1 - at);
  expect(homeOf([node('a', { weight: 0 }), node('b', { weight: 0 })], 7)).toBe(-1);
});

test('the least busy is the one with the least for its weight; equals take turns', () => {
  expect(leastBusy([node('a', { load: 3 }), node('b', { load: 2 }), node('c', { load: 4 })], 0)).toBe(1);
  expect(leastBusy([node('a', { load: 3 }), node('b', { load: 2, weight: 0.5 })], 0)).toBe(0);
  expect(leastBusy([node('a', { weight: 0 }), node('b', { load: 99 })], 0)).toBe(1);
  expect([0, 1, 2].map((turn) => leastBusy([node('a'), node('b'), node('c')], turn))).toEqual([0, 1, 2]);
  expect(leastBusy([node('a', { weight: 0 })], 0)).toBe(-1);
});
