// What the sequences are made of: keys, copy sources, judgements of lists, deletes and locks.
import { describe, expect, test } from 'vitest';
import { copySource } from '../../../../src/bench/cases/sequences/copy-source.ts';
import { deleteFault } from '../../../../src/bench/cases/sequences/delete-versions.ts';
import { isLockUntil } from '../../../../src/bench/cases/sequences/lock-version.ts';
import { misplacedIn } from '../../../../src/bench/cases/sequences/misplaced.ts';
import {
  ancestorsOf,
  archiveBlockKey,
  blockKey,
  blocksFolder,
  bracedGuid,
  checkpointHistoryKey,
  checkpointKey,
  clientInfoKey,
  folderMarkers,
  guid,
  lockKey,
  ownerKey,
  repositoryKey,
} from '../../../../src/bench/cases/veeam-layout.ts';

const PREFIX = 'Veeam/Backup/folder/';
const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const BRACED = `\\{${GUID}\\}`;

describe('keys as Veeam lays them out', () => {
  test.each([
    [
      blockKey(PREFIX, 7),
      `Clients/${BRACED}/${GUID}/CloudStg/Data/${BRACED}/${BRACED}/7_[0-9a-f]{32}_[0-9a-f]{32}`,
    ],
    [archiveBlockKey(PREFIX, 3), `${GUID}/${GUID}/blocks/[0-9a-f]{32}/3\\.[0-9a-f]{32}\\.0{32}\\.blk`],
    [
      checkpointHistoryKey(PREFIX),
      `Clients/${BRACED}/${GUID}/CloudStg/Meta/Blocks/History/CheckpointHistory\\.${BRACED}`,
    ],
    [checkpointKey(PREFIX), `Clients/${BRACED}/${GUID}/Metadata/Checkpoint`],
    [lockKey(PREFIX, 'try'), `Clients/${BRACED}/${GUID}/Metadata/Lock/create\\.checkpoint/try`],
    [ownerKey(PREFIX), 'Config/Owner'],
    [repositoryKey(PREFIX), 'Config/Repository'],
    [clientInfoKey(PREFIX), `Clients/${BRACED}/Config/ClientInfo\\.xml`],
  ])('%s', (key, below) => {
    expect(key).toMatch(new RegExp(`^${PREFIX}${below}$`));
  });

  test('are the same for the same seed, and differ otherwise', () => {
    expect(blockKey(PREFIX, 1)).toBe(blockKey(PREFIX, 1));
    expect(blockKey(PREFIX, 1)).not.toBe(blockKey(PREFIX, 2));
    expect(checkpointKey(PREFIX, 'a')).not.toBe(checkpointKey(PREFIX, 'b'));
    expect(blockKey(PREFIX, 1).startsWith(blocksFolder(PREFIX))).toBe(true);
    expect(bracedGuid('x')).toBe(`{${guid('x')}}`);
  });

  test('folder markers are the parents below the prefix, and the prefix; never what is above', () => {
    expect(folderMarkers(PREFIX, `${PREFIX}a/b/c`)).toEqual([PREFIX, `${PREFIX}a/`, `${PREFIX}a/b/`]);
    expect(folderMarkers(PREFIX, `${PREFIX}a/`)).toEqual([PREFIX, `${PREFIX}a/`]);
    expect(folderMarkers(PREFIX, `${PREFIX}a`)).toEqual([PREFIX]);
  });

  test('ancestors are all parents but the key itself', () => {
    expect(ancestorsOf(PREFIX)).toEqual(['Veeam/', 'Veeam/Backup/']);
    expect(ancestorsOf('Veeam/x')).toEqual(['Veeam/']);
  });
});

describe('a list', () => {
  test.each([
    ['Veeam/', ['Veeam/Backup/', 'Veeam/a'], undefined],
    ['/', ['Veeam/', 'other'], undefined],
    ['/', [], undefined],
    ['/Veeam/', ['/Veeam/a'], undefined],
    ['/Veeam/', ['Veeam/a'], undefined],
    ['Veeam/Backup/', ['Veeam/'], /holds Veeam\/, which is not below it/],
    ['Veeam/', ['Veeam/a/', 'Veeam/b', 'Veeam/a/'], /holds Veeam\/a\/ twice/],
  ])('with the prefix %s that holds %o', (prefix, names, fault) => {
    const found = misplacedIn(prefix, names);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });
});

describe('the answer to DeleteObjects', () => {
  const objects = [
    { key: 'a', versionId: '1' },
    { key: 'a', versionId: '2' },
    { key: 'b', versionId: '1' },
  ];
  const deleted = (...keys: readonly string[]) =>
    keys.map((key) => ({ key, isMarker: false, markerVersionId: undefined }));

  test.each([
    [deleted('a', 'a', 'b'), [], undefined],
    [deleted('a', 'a'), [{ key: 'b', code: 'AccessDenied' }], /1 errors, first AccessDenied for b/],
    [deleted('a', 'a', 'a'), [], /says nothing of 1 of them, first b/],
    [deleted('a', 'b'), [], /names 2 as deleted/],
    [deleted(), [], /says nothing of 3 of them/],
  ])('%o with errors %o', (named, errors, fault) => {
    const found = deleteFault(objects, { deleted: named, errors });
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });
});

test.each([
  ['COMPLIANCE', '2026-11-21T10:00:01Z', true],
  ['COMPLIANCE', '2026-11-21T10:00:01.000Z', true],
  ['COMPLIANCE', '2026-11-21T10:00:00.500Z', true],
  ['COMPLIANCE', '2026-11-21T10:00:02Z', false],
  ['COMPLIANCE', '2026-11-21T10:00:00Z', false],
  ['GOVERNANCE', '2026-11-21T10:00:01Z', false],
  ['COMPLIANCE', 'soon', false],
  ['COMPLIANCE', undefined, false],
  [undefined, '2026-11-21T10:00:01Z', false],
])('a lock %s until %s is the one that was set: %s', (mode, until, isIt) => {
  // Sent in whole seconds, rounded up.
  expect(isLockUntil(mode, until, Date.parse('2026-11-21T10:00:00.300Z'))).toBe(isIt);
});

test('a copy source is percent-encoded but for its slashes', () => {
  expect(copySource('bucket', 'Veeam/{a b}/+?')).toBe('/bucket/Veeam/%7Ba%20b%7D/%2B%3F');
  expect(copySource('bucket', 'a', 'x/y=')).toBe('/bucket/a?versionId=x%2Fy%3D');
});
