import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entityOfKey } from '../../../../src/backend/balancing/entity-of-key.ts';

const CLIENT = '{6745a759-2205-4cd2-b172-8ec8f7e60ef8}';
const BACKUP = '0c0f7b2e-4b0c-4a39-9f0e-6a2d3c1b5e77';

test.each([
  [
    'direct',
    `Veeam/Backup/f/Clients/${CLIENT}/${BACKUP}/CloudStg/Data/1`,
    `Veeam/Backup/f/Clients/${CLIENT}/${BACKUP}/`,
  ],
  [
    'with a leading slash',
    `/Veeam/Backup/f/Clients/${CLIENT}/${BACKUP}/Metadata/Checkpoint`,
    `Veeam/Backup/f/Clients/${CLIENT}/${BACKUP}/`,
  ],
  ['capacity tier', `Veeam/Archive/f/${BACKUP}/idx/Data.v2/1_aa_bb`, `Veeam/Archive/f/${BACKUP}/idx/`],
  [
    'capacity tier up to v11',
    `Veeam/Archive/f/${BACKUP}/${CLIENT}/blocks/aa/1.aa.00.blk`,
    `Veeam/Archive/f/${BACKUP}/${CLIENT}/`,
  ],
  ['the entity itself, as a folder', `Veeam/Archive/f/${BACKUP}/idx/`, `Veeam/Archive/f/${BACKUP}/idx/`],
])('%s', (_name, key, entity) => {
  expect(entityOfKey(key)).toBe(entity);
});

test.each([
  ['nothing', ''],
  ['slashes', '///'],
  ['another layout', 'Veeam/Other/f/a/b/c'],
  ['another case', 'veeam/backup/f/Clients/a/b/c'],
  ['not at the start', `x/Veeam/Backup/f/Clients/${CLIENT}/${BACKUP}/c`],
  ['a folder', 'Veeam/Backup/f/'],
  ['what is beside the clients', 'Veeam/Backup/f/Config/Owner'],
  ['a client without a backup', `Veeam/Backup/f/Clients/${CLIENT}/`],
  ['a client and a name that does not end', `Veeam/Backup/f/Clients/${CLIENT}/${BACKUP}`],
  ['an empty folder', 'Veeam/Archive//a/b/c'],
  ['an empty segment', 'Veeam/Archive/f//b/c'],
])('no entity: %s', (_name, key) => {
  expect(entityOfKey(key)).toBeUndefined();
});

const segment = fc
  .string({ minLength: 1, maxLength: 12, unit: 'binary' })
  .filter((text) => !text.includes('/'));
const start = fc.constantFrom('', '/', '//');
const layout = fc
  .tuple(segment, segment, segment, fc.boolean())
  .map(([folder, one, two, isDirect]) =>
    isDirect ? `Veeam/Backup/${folder}/Clients/${one}/${two}/` : `Veeam/Archive/${folder}/${one}/${two}/`,
  );

test('all keys of an entity have it, whatever stands behind it', () => {
  fc.assert(
    fc.property(start, layout, fc.string({ unit: 'binary' }), (slashes, entity, rest) => {
      expect(entityOfKey(`${slashes}${entity}${rest}`)).toBe(entity);
    }),
  );
});

test('it is always a part of the key that ends with a slash, and its own entity', () => {
  const key = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('Veeam', 'Backup', 'Archive', 'Clients', 'a', ''), { maxLength: 9 })
      .map((all) => all.join('/')),
  );
  fc.assert(
    fc.property(key, (text) => {
      const entity = entityOfKey(text);
      if (entity === undefined) return;
      expect(text.replace(/^\/+/, '').startsWith(entity)).toBe(true);
      expect(entity.endsWith('/')).toBe(true);
      expect(entityOfKey(entity)).toBe(entity);
    }),
  );
});
