// All cases about the two SOSAPI documents.
import type { BenchCase } from '../../bench-case.ts';
import { SOSAPI_AS_OBJECT_CASES } from './as-object-cases.ts';
import { SOSAPI_CAPACITY_CASES } from './capacity-cases.ts';
import { SOSAPI_HIDING_CASES } from './hiding-cases.ts';
import { SOSAPI_PRESENCE_CASES } from './presence-cases.ts';
import { SOSAPI_SYSTEM_CASES } from './system-cases.ts';
import { SOSAPI_USAGE_CASES } from './usage-truth-cases.ts';

export const SOSAPI_CASES: readonly BenchCase[] = [
  ...SOSAPI_PRESENCE_CASES,
  ...SOSAPI_SYSTEM_CASES,
  ...SOSAPI_CAPACITY_CASES,
  ...SOSAPI_AS_OBJECT_CASES,
  ...SOSAPI_HIDING_CASES,
  ...SOSAPI_USAGE_CASES,
];
