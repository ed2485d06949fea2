// Addresses and networks without limits, as they may be written.
import { expect, test } from 'vitest';
import { createAddressGroups } from '../../../src/http1/address-groups.ts';
import { configOf, MINIMAL, problemsOf } from './fixture.ts';

const exempting = (text: string) => `limits: { perAddress: { exempt: ["${text}"] } }\n${MINIMAL}`;

test.each([
  '192.0.2.1',
  '0.0.0.0/0',
  '10.0.0.0/8',
  '192.0.2.1/32',
  '::1',
  '::/0',
  '2001:DB8::/32',
  '::ffff:192.0.2.0/120',
])('%s is an address or a network, and can be worked with', (text) => {
  const { exempt } = configOf(exempting(text)).limits.perAddress;
  expect(exempt).toEqual([text]);
  expect(() => createAddressGroups(exempt)).not.toThrow();
});

test.each([
  '192.0.2',
  '192.0.2.256',
  '10.0.0.0/33',
  '10.0.0.0/',
  '::1/129',
  '2001:db8',
  'fe80::1%eth0',
  'localhost',
  '*',
  '10.0.0.0/8/8',
])('%s is not', (text) => {
  expect(problemsOf(exempting(text))).toEqual([
    {
      path: 'limits.perAddress.exempt[0]',
      line: 1,
      message: `expected an IP address or a network such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32, found "${text}"`,
    },
  ]);
});

test('a window without limits, or limits that are none', () => {
  expect(problemsOf(`limits: { perAddress: { incompleteHeads: -1, window: 0s } }\n${MINIMAL}`)).toMatchObject(
    [{ path: 'limits.perAddress.incompleteHeads' }, { path: 'limits.perAddress.window' }],
  );
});
