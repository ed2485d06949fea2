// Read buffers: large while connections are few, and bounded when they are many.
import { expect, test } from 'vitest';
import { readBufferBytes } from '../../../src/serve/read-buffers.ts';

test('hundreds of connections have less than 64 MiB of buffers', () => {
  expect(readBufferBytes(0)).toBeGreaterThan(readBufferBytes(100));
  const total = Array.from({ length: 256 }, (_, open) => readBufferBytes(open)).reduce(
    (sum, bytes) => sum + bytes,
  );
  expect(total).toBeLessThan(64 * 1024 * 1024);
});
