// HMAC-SHA256 against Node's own, and that a key shows itself nowhere.
import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HmacKey } from '../../../src/sigv4/hmac-key.ts';

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

describe('HmacKey', () => {
  it('gives the code that Node gives, for every length of key and text, one call after another', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(latin1, { maxLength: 4 }), (bytes, texts) => {
        const key = new HmacKey(Buffer.from(bytes));
        for (const text of texts) {
          const hmac = () => createHmac('sha256', bytes).update(text, 'latin1');
          expect(key.hexOf(text)).toBe(hmac().digest('hex'));
          const next = createHmac('sha256', hmac().digest()).update('next').digest('hex');
          expect(key.derive(text).hexOf('next')).toBe(next);
        }
      }),
    );
  });

  it.each([0, 511, 512, 513, 5000])('takes a text of %i bytes', (length) => {
    const text = '\xff'.repeat(length);
    const key = new HmacKey(Buffer.from('key'));
    expect(key.hexOf(text)).toBe(createHmac('sha256', 'key').update(text, 'latin1').digest('hex'));
    expect(key.hexOf('short')).toBe(createHmac('sha256', 'key').update('short').digest('hex'));
  });

  it('gives the code of a template whose parts are replaced, one after another', () => {
    const key = new HmacKey(Buffer.from('key'));
    const template = key.template('date:....;hash:....');
    const codeOf = (text: string) => createHmac('sha256', 'key').update(text, 'latin1').digest('hex');
    expect(template.hex()).toBe(codeOf('date:....;hash:....'));
    template.put('\xe41\xff2', 5);
    template.put('abcd', 15);
    expect(template.hex()).toBe(codeOf('date:\xe41\xff2;hash:abcd'));
    expect(key.hexOf('another')).toBe(codeOf('another'));
    expect(key.template('x').hex()).toBe(codeOf('x'));
    template.put('3456', 15);
    expect(template.hex()).toBe(codeOf('date:\xe41\xff2;hash:3456'));
    expect(inspect(template, { depth: 9, showHidden: true })).toBe('[redacted]');
  });

  it('prints as redacted', () => {
    const key = HmacKey.ofText('AWS4secret');
    for (const shown of [
      `${key}`,
      JSON.stringify({ key }),
      inspect({ key }, { depth: 9, showHidden: true }),
    ]) {
      expect(shown).toContain('[redacted]');
      expect(shown).not.toContain(Buffer.from('AWS4secret').toString('hex').slice(0, 8));
    }
  });
});
