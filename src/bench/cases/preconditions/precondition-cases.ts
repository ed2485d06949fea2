// All that Veeam demands of a store before it is used.
import type { BenchCase } from '../../bench-case.ts';
import { BUCKET_PRECONDITIONS } from './bucket-cases.ts';
import { CONSISTENCY_PRECONDITIONS } from './consistency-cases.ts';
import { LISTING_PRECONDITIONS } from './listing-cases.ts';
import { TLS_PRECONDITIONS } from './tls-cases.ts';

export const PRECONDITION_CASES: readonly BenchCase[] = [
  ...BUCKET_PRECONDITIONS,
  ...TLS_PRECONDITIONS,
  ...CONSISTENCY_PRECONDITIONS,
  ...LISTING_PRECONDITIONS,
];
