import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TextHash } from '../../../src/sigv4/text-hash.ts';

describe('TextHash', () => {
  it('hashes the bytes of texts of any length, one after another', () => {
    const hashes = new TextHash();
    for (const length of [300, 0, 2048, 1, 2049, 10_000, 300]) {
      const text = `\xff${'\xe4b'.repeat(length)}`.slice(0, length);
      expect(hashes.hexOf(text)).toBe(createHash('sha256').update(text, 'latin1').digest('hex'));
    }
  });
});
