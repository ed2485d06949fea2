// Hashed names: stable, and the structure of keys stays.
import { expect, test } from 'vitest';
import { createNameWriter } from '../../../../src/bench/recorder/hashed-names.ts';

const names = createNameWriter(Buffer.alloc(32, 7), true);
const H = '[0-9a-f]{16}';

test.each([
  ['Veeam/Backup/acme/Clients/{4f1c}/', `Veeam/Backup/${H}/Clients/{${H}}/`],
  ['Veeam/Archive/acme/1/2/blocks/ab/1.cd.00.blk', `Veeam/Archive/${H}/${H}/${H}/blocks/${H}/${H}\\.blk`],
  ['//Veeam/x', `//Veeam/${H}`],
  [
    'Veeam/Backup/f/Metadata/Lock/create.checkpoint/try',
    `Veeam/Backup/${H}/Metadata/Lock/create.checkpoint/try`,
  ],
  ['a/CheckpointHistory.{guid}', `${H}/CheckpointHistory\\.{${H}}`],
  ['a/Config/ClientInfo.xml', `${H}/Config/ClientInfo\\.xml`],
  ['server.acme', H],
  [
    '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml',
    '\\.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity\\.xml',
  ],
])('%s', (key, pattern) => {
  expect(names.key(key)).toMatch(new RegExp(`^${pattern}$`));
  expect(names.key(key)).toBe(names.key(key));
});

test('the same name has the same hash wherever it stands, with this key alone', () => {
  const [, inFolder] = names.key('Veeam/acme').split('/');
  expect(names.key('acme')).toBe(inFolder);
  expect(names.key('acme')).not.toBe(names.key('acne'));
  expect(createNameWriter(Buffer.alloc(32, 8), true).key('acme')).not.toBe(names.key('acme'));
});

test('without hashing, names stay and ids do not', () => {
  const plain = createNameWriter(Buffer.alloc(32, 7), false);
  expect([plain.bucket('b'), plain.key('a/b'), plain.id('null')]).toEqual(['b', 'a/b', 'null']);
  expect(plain.id('3HL4kqtJ')).toMatch(new RegExp(`^id-${H}$`));
});
