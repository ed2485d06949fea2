// Which differences between two answers count, and what stands in the texts of all cases of these groups.
import { describe, expect, test } from 'vitest';
import { PRECONDITION_CASES } from '../../../../src/bench/cases/preconditions/precondition-cases.ts';
import { SEQUENCE_CASES } from '../../../../src/bench/cases/sequences/sequence-cases.ts';
import { SOSAPI_CASES } from '../../../../src/bench/cases/sosapi/sosapi-cases.ts';
import { firstDifference, shapeOf } from '../../../../src/bench/cases/variants/answer-shape.ts';
import { VARIANT_CASES } from '../../../../src/bench/cases/variants/variant-cases.ts';

const GROUPS = [
  ['sosapi', SOSAPI_CASES],
  ['sequence', SEQUENCE_CASES],
  ['precondition', PRECONDITION_CASES],
  ['variant', VARIANT_CASES],
] as const;
const ALL = GROUPS.flatMap(([, cases]) => cases);

describe('two answers', () => {
  const answer = (status: number, headers: Readonly<Record<string, string>>, code?: string) => ({
    status,
    code,
    headers: new Map(Object.entries(headers)),
  });

  test('are the same where only the moment or the request differs', () => {
    const one = shapeOf(answer(200, { date: 'now', 'x-amz-request-id': '1', etag: '"a"' }));
    const other = shapeOf(
      answer(200, { date: 'then', 'x-amz-request-id': '2', etag: '"a"', 'x-minio-request-id': '3' }),
    );
    expect(firstDifference(one, other)).toBeUndefined();
  });

  test.each([
    [answer(200, { etag: '"a"' }), answer(200, { etag: '"b"' }), 'etag: "a"" instead of "etag: "b"'],
    [answer(403, {}, 'AccessDenied'), answer(200, {}), '"status 403 AccessDenied" instead of "status 200"'],
    [
      answer(200, {}),
      answer(200, { 'x-amz-storage-class': 'X' }),
      '"nothing" instead of "x-amz-storage-class: X"',
    ],
  ])('differ in what was asked for: %o, %o', (actual, expected, difference) => {
    expect(firstDifference(shapeOf(actual), shapeOf(expected))).toContain(difference);
  });
});

test.each(GROUPS)('each case of %s is of that group and says so in its id', (group, cases) => {
  expect(cases.length).toBeGreaterThan(5);
  expect(cases.filter((each) => each.group !== group || !each.id.startsWith(`${group}-`))).toEqual([]);
});

test('no id is used twice', () => {
  expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
});

test('the sequences are the twelve that are known, in their order', () => {
  expect(SEQUENCE_CASES.map(({ id }) => id)).toEqual(
    Array.from({ length: 12 }, (_, i) => `sequence-${String(i + 1).padStart(2, '0')}`),
  );
});

test('each mode of payload is tried in both styles of addressing', () => {
  const modes = ['sha256', 'content-md5', 'checksum-sha256', 'unsigned', 'aws-chunked'];
  const wanted = modes.flatMap((mode) => [`variant-${mode}-path`, `variant-${mode}-virtual-hosted`]);
  expect(VARIANT_CASES.map(({ id }) => id)).toEqual(expect.arrayContaining(wanted));
});

test.each(ALL)('$id says what Veeam does, what must come back, who says so and what to mend', (one) => {
  for (const text of [one.veeamDoes, one.mustComeBack, one.source, one.advice]) {
    expect(text).toMatch(/[.]$/);
    expect(text).not.toMatch(/undefined|NaN|\$\{/);
  }
  expect(one.title).not.toMatch(/[.]$/);
});
