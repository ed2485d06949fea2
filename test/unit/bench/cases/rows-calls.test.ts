// What the rows build before it is sent: XML with keys as they are, retention dates, and the sums over times.
import { describe, expect, test } from 'vitest';
import { textOf } from '../../../../src/bench/cases/rows/answer-text.ts';
import { contentMd5, multiDeleteXml } from '../../../../src/bench/cases/rows/multi-delete-call.ts';
import { retentionXml } from '../../../../src/bench/cases/rows/retention-call.ts';
import { median, perSecond } from '../../../../src/bench/cases/rows/timing.ts';
import { inParallel } from '../../../../src/bench/runtime/in-parallel.ts';

describe('the XML of DeleteObjects', () => {
  test('leaves percent signs and plus signs of keys alone, and escapes what XML wants escaped', () => {
    expect(multiDeleteXml([{ key: 'a%2B+b&amp;c<d>' }, { key: 'k', versionId: 'v1' }])).toBe(
      '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        '<Object><Key>a%2B+b&amp;amp;c&lt;d&gt;</Key></Object>' +
        '<Object><Key>k</Key><VersionId>v1</VersionId></Object></Delete>',
    );
  });

  test('is proven by the base64 of its MD5', () => {
    expect(contentMd5('abc')).toEqual({ 'content-md5': 'kAFQmDzST7DWlj99KOF/cg==' });
  });
});

describe('the XML of a retention', () => {
  test('has no namespace where VBR sends none, and whole seconds that are never earlier', () => {
    expect(retentionXml(Date.UTC(2026, 0, 31, 12, 0, 0, 1), false)).toBe(
      '<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2026-01-31T12:00:01Z</RetainUntilDate></Retention>',
    );
  });

  test('has the S3 namespace where the SDKs send it', () => {
    expect(retentionXml(0, true)).toContain('<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/">');
  });
});

describe('the text of an element', () => {
  test.each([
    ['text', 'text'],
    ['', ''],
    [{ '#text': 'with attributes' }, 'with attributes'],
    [7, '7'],
    [{ Key: 'k' }, undefined],
    [undefined, undefined],
  ])('of %j is %j', (value, text) => {
    expect(textOf(value)).toBe(text);
  });
});

describe('work in parallel', () => {
  test('gives results in the order of the items, never more than its width at a time', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return n * 2;
    });
    expect(results).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(most).toBe(3);
  });

  test('begins nothing more once one has failed, and says why', async () => {
    const begun: number[] = [];
    const work = inParallel([1, 2, 3, 4], 1, async (n) => {
      begun.push(n);
      if (n === 2) {
        throw new Error('two');
      }
    });
    await expect(work).rejects.toThrow('two');
    expect(begun).toEqual([1, 2]);
  });
});

describe('times', () => {
  test('the median is the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([])).toBe(0);
  });

  test('a rate is per second, and a time of nothing counts as a millisecond', () => {
    expect(perSecond(10, 2000)).toBe(5);
    expect(perSecond(1, 0)).toBe(1000);
  });
});
