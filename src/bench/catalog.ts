// All cases of the bench, in the order of its reports.
import type { BenchCase } from './bench-case.ts';
import { PRECONDITION_CASES } from './cases/preconditions/precondition-cases.ts';
import { rowBucketCases } from './cases/rows/buckets.ts';
import { rowFolderCases } from './cases/rows/folders.ts';
import { rowLockCases } from './cases/rows/locks.ts';
import { rowMadeBucketCases } from './cases/rows/made-buckets.ts';
import { rowMultiDeleteCases } from './cases/rows/multi-deletes.ts';
import { rowObjectCases } from './cases/rows/objects.ts';
import { rowPageCases } from './cases/rows/pages.ts';
import { rowSosapiCases } from './cases/rows/sosapi.ts';
import { rowSpeedCases } from './cases/rows/speed.ts';
import { rowVersionListingCases } from './cases/rows/version-listings.ts';
import { rowVersionCases } from './cases/rows/versions.ts';
import { SEQUENCE_CASES } from './cases/sequences/sequence-cases.ts';
import { putGetDeleteCases } from './cases/smoke/put-get-delete.ts';
import { SOSAPI_CASES } from './cases/sosapi/sosapi-cases.ts';
import { VARIANT_CASES } from './cases/variants/variant-cases.ts';

/** Their ids differ: a test checks it. */
export const CATALOG: readonly BenchCase[] = [
  ...putGetDeleteCases,
  ...PRECONDITION_CASES,
  ...SOSAPI_CASES,
  ...SEQUENCE_CASES,
  ...rowBucketCases,
  ...rowFolderCases,
  ...rowLockCases,
  ...rowMadeBucketCases,
  ...rowMultiDeleteCases,
  ...rowObjectCases,
  ...rowPageCases,
  ...rowSosapiCases,
  ...rowSpeedCases,
  ...rowVersionListingCases,
  ...rowVersionCases,
  ...VARIANT_CASES,
];
