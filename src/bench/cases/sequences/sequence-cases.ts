// The twelve known sequences of Veeam's requests, in their order.
import type { BenchCase } from '../../bench-case.ts';
import { ADDING_SEQUENCES } from './adding-cases.ts';
import { RETENTION_SEQUENCES } from './retention-cases.ts';
import { SESSION_SEQUENCES } from './session-cases.ts';

export const SEQUENCE_CASES: readonly BenchCase[] = [
  ...ADDING_SEQUENCES,
  ...SESSION_SEQUENCES,
  ...RETENTION_SEQUENCES,
].toSorted((a, b) => a.id.localeCompare(b.id));
