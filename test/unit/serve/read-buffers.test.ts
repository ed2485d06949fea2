// Read buffers: large while connections are few, and bounded when they are many.
import { expect, test } from 'vitest';
import { readBufferSizes } from '../../../src/serve/read-buffers.ts';

const MIB = 1024 * 1024;

function totalOf(connections: number, workers: number): number {
  const sizeOf = readBufferSizes(workers);
  return Array.from({ length: connections }, (_, open) => sizeOf(open)).reduce((sum, bytes) => sum + bytes);
}

test('hundreds of connections have less than 64 MiB of buffers', () => {
  const sizeOf = readBufferSizes(1);
  expect(sizeOf(0)).toBeGreaterThan(sizeOf(100));
  expect(totalOf(256, 1)).toBeLessThan(64 * MIB);
});

test('two workers with half of them each have no more than one with all', () => {
  expect(2 * totalOf(256, 2)).toBe(totalOf(512, 1));
});

test.each([2, 8, 64])('the first connections of each of %i workers have large ones', (workers) => {
  const sizeOf = readBufferSizes(workers);
  expect(sizeOf(15)).toBe(readBufferSizes(1)(0));
  expect(sizeOf(48)).toBe(readBufferSizes(1)(48));
});
