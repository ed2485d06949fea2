// Request ids: their form, and that none comes twice, also across the draws of random bytes.
import { expect, test } from 'vitest';
import { createRequestIds } from '../../../src/serve/request-ids.ts';

test('ids are 16 upper-case hex digits, and all different', () => {
  const next = createRequestIds();
  const ids = Array.from({ length: 2000 }, next);
  for (const id of ids) expect(id).toMatch(/^[0-9A-F]{16}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).not.toContain(createRequestIds()());
});
