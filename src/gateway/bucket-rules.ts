// Which backend a bucket lives on, and whether it has SOSAPI: the first rule that matches the name decides.
import type { Backend } from '../backend/backend.ts';

export interface BucketRule {
  matches(bucket: string): boolean;
  readonly backend: Backend;
  readonly sosapi: boolean;
  /** Present where new data is refused while little is available. */
  readonly guard?: RuleGuard;
}

export interface RuleGuard {
  /** Objects of up to so many bytes are taken all the same. */
  readonly smallObjectBytes: number;
  /** Under which name all buckets of the rule are full together; absent where each stands alone. */
  readonly pool?: string;
}

export function ruleFor(rules: readonly BucketRule[], bucket: string): BucketRule | undefined {
  return rules.find((rule) => rule.matches(bucket));
}
