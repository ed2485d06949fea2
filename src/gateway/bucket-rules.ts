// Which backend a bucket lives on, and whether it has SOSAPI: the first rule that matches the name decides.
import type { Backend } from '../backend/backend.ts';

export interface BucketRule {
  matches(bucket: string): boolean;
  readonly backend: Backend;
  readonly sosapi: boolean;
}

export function ruleFor(rules: readonly BucketRule[], bucket: string): BucketRule | undefined {
  return rules.find((rule) => rule.matches(bucket));
}
