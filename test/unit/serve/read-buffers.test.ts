// Read buffers: large while few connections need one, and bounded when many do.
import { expect, test } from 'vitest';
import { sharedReadBuffers } from '../../../src/serve/read-buffers.ts';

const MIB = 1024 * 1024;

function sizesOf(connections: number, workers: number): number[] {
  const buffers = sharedReadBuffers(workers);
  return Array.from({ length: connections }, () => buffers.next());
}

const totalOf = (sizes: readonly number[]): number => sizes.reduce((sum, bytes) => sum + bytes);

test('hundreds of connections have less than 64 MiB of buffers', () => {
  const sizes = sizesOf(256, 1);
  expect(sizes[0]).toBeGreaterThan(sizes[100] ?? Number.NaN);
  expect(totalOf(sizes)).toBeLessThan(64 * MIB);
});

test('two workers with half of them each have no more than one with all', () => {
  expect(2 * totalOf(sizesOf(256, 2))).toBe(totalOf(sizesOf(512, 1)));
});

test.each([2, 8, 64])('the first connections of each of %i workers have large ones', (workers) => {
  const [large, small] = [sizesOf(1, 1)[0], sizesOf(100, 1)[99]];
  expect(sizesOf(49, workers)[15]).toBe(large);
  expect(sizesOf(49, workers)[48]).toBe(small);
});

test('a large one whose connection is closed is there for another', () => {
  const buffers = sharedReadBuffers(1);
  const sizes = Array.from({ length: 100 }, () => buffers.next());
  const [large = 0] = sizes;
  for (const bytes of sizes) buffers.gone(bytes);
  expect(Array.from({ length: 100 }, () => buffers.next())).toEqual(sizes);
  buffers.gone(large);
  expect([buffers.next(), buffers.next()]).toEqual([large, sizes[99]]);
});
