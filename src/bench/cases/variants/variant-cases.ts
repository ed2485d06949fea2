// Every way in which a client of the Veeam family may call.
import type { BenchCase } from '../../bench-case.ts';
import { PAYLOAD_VARIANTS } from './payload-cases.ts';
import { USER_AGENT_VARIANTS } from './user-agent-cases.ts';

export const VARIANT_CASES: readonly BenchCase[] = [...PAYLOAD_VARIANTS, ...USER_AGENT_VARIANTS];
