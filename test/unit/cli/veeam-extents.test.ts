// Which extents live on a backend.
import { expect, test } from 'vitest';
import {
  createBackendOf,
  type Extent,
  extentsOf,
  extentsOn,
  isInMode,
} from '../../../src/cli/veeam-extents.ts';
import type { Repository } from '../../../src/veeam/vbr/schemas/repository.ts';
import type { ScaleOutRepository } from '../../../src/veeam/vbr/schemas/scale-out-repository.ts';

function repository(id: string, bucketName: string, servicePoint = 'https://ours:8443'): Repository {
  return {
    ...{ id, name: `name of ${id}`, description: '', type: 'SmartObjectS3' },
    account: { servicePoint, regionId: 'r', credentialsId: 'c' },
    bucket: { bucketName, folderName: 'f' },
  } as Repository;
}

const REPOSITORIES = [
  repository('a', 'fast-1'),
  repository('b', 'slow-1'),
  repository('c', 'fast-2', 'https://elsewhere:8443'),
  repository('d', 'fast-3'),
  repository('e', 'unknown'),
  { id: 'w', name: 'Windows', description: '', type: 'WinLocal' },
];
const SCALE: ScaleOutRepository = {
  ...{ id: 's', name: 'Scale', description: '' },
  performanceTier: {
    performanceExtents: [
      { id: 'a', name: 'A', status: ['Normal'] },
      { id: 'b', name: 'B', status: 'Sealed' },
      { id: 'c', name: 'C', status: ['Maintenance'] },
      { id: 'w', name: 'Windows' },
    ],
  },
  capacityTier: { isEnabled: true, extents: [{ id: 'd' }] },
  archiveTier: { isEnabled: false, extentId: 'e' },
};
const backendOf = createBackendOf(
  (servicePoint) => servicePoint === 'https://ours:8443',
  (bucket) => (bucket.startsWith('fast-') ? { backend: 'fast' } : undefined),
);

test('extents of all tiers that are in use, with what Veeam tells of their mode', () => {
  const byId = new Map(REPOSITORIES.map((each) => [each.id, each]));
  expect(extentsOf(SCALE, byId)).toEqual([
    { id: 'a', name: 'A', tier: 'performance', statuses: ['Normal'], isOneOfThem: false },
    { id: 'b', name: 'B', tier: 'performance', statuses: ['Sealed'], isOneOfThem: true },
    { id: 'c', name: 'C', tier: 'performance', statuses: ['Maintenance'], isOneOfThem: false },
    { id: 'w', name: 'Windows', tier: 'performance', statuses: undefined, isOneOfThem: false },
    { id: 'd', name: 'name of d', tier: 'capacity', statuses: undefined, isOneOfThem: false },
  ]);
});

test('only repositories behind our address whose bucket the rules lead there', () => {
  const parts = extentsOn('fast', [SCALE], REPOSITORIES, backendOf);
  expect(parts.map(({ extents }) => extents.map(({ id }) => id))).toEqual([['a', 'd']]);
  expect(extentsOn('slow', [SCALE], REPOSITORIES, backendOf)).toEqual([]);
});

test.each([
  [['Sealed', 'Maintenance'], false, true],
  [['Normal'], false, false],
  [['Sealed'], false, false],
  [undefined, false, undefined],
  // Before 1.3-rev0 one status stands for all.
  [['Maintenance'], true, true],
  [['Normal'], true, false],
  [['Sealed'], true, undefined],
])('%j, one of them: %s, is in maintenance: %s', (statuses, isOneOfThem, expected) => {
  const extent: Extent = { id: 'a', name: 'A', tier: 'performance', statuses, isOneOfThem };
  expect(isInMode(extent, 'Maintenance')).toBe(expected);
});
