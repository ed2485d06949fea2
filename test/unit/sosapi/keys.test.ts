import { describe, expect, test } from 'vitest';
import { CAPACITY_KEY, reservedKey, SYSTEM_KEY } from '../../../src/sosapi/keys.ts';

const PREFIX = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/';

describe('reservedKey', () => {
  test.each([
    [`${PREFIX}system.xml`, 'system'],
    [`${PREFIX}capacity.xml`, 'capacity'],
    [PREFIX, 'unknown'],
    [`${PREFIX}sessions.xml`, 'unknown'],
    [`${PREFIX}System.xml`, 'unknown'],
    [`${PREFIX}system.xml/`, 'unknown'],
    [`${PREFIX}/system.xml`, 'unknown'],
    [`${PREFIX}system.xml `, 'unknown'],
    // MinIO drops these slashes, so such a key would reach the prefix there.
    [`/${PREFIX}system.xml`, 'unknown'],
    [`//${PREFIX}/capacity.xml`, 'unknown'],
    ['.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c', undefined],
    [`folder//${PREFIX}system.xml`, undefined],
    ['.SYSTEM-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml', undefined],
    [`folder/${PREFIX}system.xml`, undefined],
    ['system.xml', undefined],
    ['', undefined],
  ])('%s is %s', (key, expected) => {
    expect(reservedKey(key)).toBe(expected);
  });

  test('the two keys are spelled as Veeam asks for them', () => {
    expect([SYSTEM_KEY, CAPACITY_KEY]).toEqual([`${PREFIX}system.xml`, `${PREFIX}capacity.xml`]);
  });
});
