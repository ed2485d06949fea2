// The license file of a rehearsal: read as it is written, and refused where it is Veeam's or wrong.
import { describe, expect, test } from 'vitest';
import { LICENSE_HEADING, readLicenseFile } from '../../../../src/rehearse/license/license-file.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const read = (text: string) => readLicenseFile(Buffer.from(text).toString('base64'), 'id', NOW);
const file = (...lines: string[]) => [LICENSE_HEADING, ...lines].join('\n');
const GOOD = ['licensed-to: A: company', 'expires: 2027-12-31', 'instances: 50'];

describe('a license file', () => {
  test('with all fields', () => {
    const all = [
      ...GOOD,
      'support-id: 42',
      'type: NFR',
      'edition: Enterprise',
      'package: Backup',
      'promo-instances: 5',
      'promo-expires: 2026-06-01',
      'sockets: 4',
      'capacity-tb: 7',
    ];
    expect(read(`${file(...all)}\r\n\r\n`)).toEqual({
      licenseId: 'id',
      licensedTo: 'A: company',
      supportId: '42',
      type: 'NFR',
      edition: 'Enterprise',
      package: 'Backup',
      expiresAt: Date.parse('2027-12-31T00:00:00Z'),
      instances: 50,
      promo: { instances: 5, expiresAt: Date.parse('2026-06-01T00:00:00Z') },
      sockets: 4,
      capacityTb: 7,
    });
  });

  test('says itself that it is none of Veeam', () => {
    expect(LICENSE_HEADING).toMatch(/not a Veeam license/);
  });

  test.each([
    ['no Base64', () => readLicenseFile('%%%', 'id', NOW), 'not Base64-encoded'],
    ['empty', () => readLicenseFile('', 'id', NOW), 'not Base64-encoded'],
    [
      'a real one',
      () => read('<?xml version="1.0"?><Licenses><License><![CDATA[Signature=1]]></License></Licenses>'),
      'keep it for the backup server',
    ],
    ['something else', () => read('hello'), 'its first line must be'],
    ['too large', () => read(file(...GOOD, `support-id: ${'x'.repeat(70_000)}`)), 'larger than'],
    ['expired', () => read(file('licensed-to: A', 'expires: 2025-12-31', 'sockets: 1')), 'has expired'],
    ['of no day', () => read(file('licensed-to: A', 'expires: soon', 'sockets: 1')), 'expires must be a day'],
    [
      'of a day that is none',
      () => read(file('licensed-to: A', 'expires: 2027-13-01', 'sockets: 1')),
      'must be a day',
    ],
    ['without an end', () => read(file('licensed-to: A', 'sockets: 1')), 'has no expires'],
    ['of nothing', () => read(file('licensed-to: A', 'expires: 2027-12-31')), 'grants nothing'],
    ['with a strange line', () => read(file(...GOOD, 'colour: red')), 'not understood: "colour: red"'],
    ['with a line twice', () => read(file(...GOOD, 'instances: 51')), 'instances more than once'],
    [
      'with no count',
      () => read(file('licensed-to: A', 'expires: 2027-12-31', 'sockets: 0')),
      'from 1 to 1000000',
    ],
    ['with half a promo', () => read(file(...GOOD, 'promo-instances: 5')), 'A promo needs'],
    ['of a strange edition', () => read(file(...GOOD, 'edition: Gold')), 'edition must be one of Community'],
  ])('%s is refused', (_name, call, sentence) => {
    expect(call).toThrow(sentence);
  });
});
