import { expect, test } from 'vitest';
import { createAddressGroups } from '../../../src/http1/address-groups.ts';

const groupOf = createAddressGroups(['10.0.0.0/8', '192.0.2.7', '2001:db8:ffff::/48', '::1']);

test.each([
  ['198.51.100.4', '198.51.100.4'],
  ['::ffff:198.51.100.4', '198.51.100.4'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['2001:DB8:0001:0002::', '2001:db8:1:2::/64'],
  ['1::', '1:0:0:0::/64'],
  ['::2', '0:0:0:0::/64'],
  ['1:2:3::192.0.2.1', '1:2:3:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s is counted as %s', (address, group) => {
  expect(groupOf(address)).toBe(group);
});

test.each(['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', '2001:db8:ffff:1::1', '::1', ''])(
  '%j is not counted',
  (address) => {
    expect(groupOf(address)).toBeUndefined();
  },
);

test('without exemptions every address is counted', () => {
  const all = createAddressGroups([]);
  expect(all('127.0.0.1')).toBe('127.0.0.1');
  expect(all('::1')).toBe('0:0:0:0::/64');
});
