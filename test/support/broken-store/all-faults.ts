// All faults that the broken store knows, by row, then those that are of no row.
import type { Fault } from './fault.ts';
import { BUCKET_FAULTS } from './faults/bucket-faults.ts';
import { LISTING_FAULTS } from './faults/listing-faults.ts';
import { LOCK_FAULTS } from './faults/lock-faults.ts';
import { OBJECT_FAULTS } from './faults/object-faults.ts';
import { SOSAPI_FAULTS } from './faults/sosapi-faults.ts';
import { SPEED_FAULTS } from './faults/speed-faults.ts';
import { VERSION_FAULTS } from './faults/version-faults.ts';

export const FAULTS: readonly Fault[] = [
  ...BUCKET_FAULTS,
  ...LISTING_FAULTS,
  ...LOCK_FAULTS,
  ...OBJECT_FAULTS,
  ...SOSAPI_FAULTS,
  ...SPEED_FAULTS,
  ...VERSION_FAULTS,
].toSorted((a, b) => (a.row ?? 99) - (b.row ?? 99) || (a.id < b.id ? -1 : 1));
