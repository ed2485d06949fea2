// Which buckets have numbers of their own and which count together, out of the bucket rules: part of the composition root.
import { compileBucketPattern } from '../access/bucket-pattern.ts';
import { accountOf, type CapacityPolicy, type LedgerDelta } from '../capacity/account.ts';
import type { CapacityUnit } from '../capacity/book.ts';
import { CapacityUnknownError } from '../capacity/capacity.ts';
import type { WholeFigures } from '../capacity/figures.ts';
import type { Ledger } from '../capacity/ledger/ledger.ts';
import type { WholeCapacityProvider } from '../capacity/merged.ts';
import { createPool, type Pool } from '../capacity/pool.ts';
import { poolAccountOf } from '../capacity/pool-account.ts';
import type { BackendConfig, BucketRule } from '../config/gateway-config.ts';

export interface UnitParts {
  readonly provider: WholeCapacityProvider;
  readonly ledger: Ledger;
  /** The names of all buckets that the store has. */
  buckets(signal: AbortSignal): Promise<readonly string[]>;
  readonly now: () => number;
}

/** The rule of a bucket among all rules of the config, whichever backend they lead to. */
export type RuleOf = (bucket: string) => BucketRule | undefined;

export function createRuleOf(rules: readonly BucketRule[]): RuleOf {
  const patterns = rules.map((rule) => ({ rule, ...compileBucketPattern(rule.match) }));
  return (bucket) => patterns.find(({ matches }) => matches(bucket))?.rule;
}

/** For the buckets of one backend. The function throws CapacityUnknownError for a bucket that no rule leads there. */
export function createUnits(
  backend: BackendConfig,
  ruleOf: RuleOf,
  parts: UnitParts,
): (bucket: string) => CapacityUnit {
  const { provider, ledger, now } = parts;
  const pools = new WeakMap<BucketRule, CapacityUnit>();

  function deltaOf(bucket: string, { free }: WholeFigures): LedgerDelta {
    return {
      bucketBytes: ledger.bucketDelta(backend.name, bucket),
      storeBytes: ledger.storeWritten(backend.name, free.atMs - (free.lagMs ?? 0)),
    };
  }

  function policyOf({ quotaBytes }: BucketRule, name: string): CapacityPolicy {
    return {
      // An embedded store keeps its reserve itself: what it says is available is less that already.
      reserveBytes: backend.kind === 'embedded' ? 0n : backend.reserveBytes,
      ...(quotaBytes === undefined ? {} : { quota: { name, limitBytes: quotaBytes } }),
    };
  }

  function single(bucket: string, rule: BucketRule): CapacityUnit {
    return {
      label: bucket,
      isPool: false,
      measure: async (signal) => new Map([[bucket, await provider.measure(bucket, signal)]]),
      account(perBucket) {
        const figures = perBucket.get(bucket);
        if (figures === undefined) throw new CapacityUnknownError(`bucket ${bucket} was not measured`);
        return accountOf(figures, policyOf(rule, "quota of the bucket's rule"), deltaOf(bucket, figures));
      },
    };
  }

  function pool(rule: BucketRule): CapacityUnit {
    const together: Pool = createPool({
      name: rule.match,
      members: async (signal) => (await parts.buckets(signal)).filter((bucket) => ruleOf(bucket) === rule),
      measure: (bucket, signal) => provider.measure(bucket, signal),
      now,
    });
    return {
      label: rule.match,
      isPool: true,
      measure: async (signal) => (await together.measure(signal)).perBucket,
      account: (perBucket) =>
        poolAccountOf(
          [...perBucket].map(([bucket, figures]) => ({ bucket, figures, delta: deltaOf(bucket, figures) })),
          policyOf(rule, `quota of the pool ${rule.match}`),
        ),
    };
  }

  return (bucket) => {
    const rule = ruleOf(bucket);
    if (rule === undefined) throw new CapacityUnknownError(`no rule leads to bucket ${bucket}`);
    if (!rule.pool) return single(bucket, rule);
    const known = pools.get(rule) ?? pool(rule);
    pools.set(rule, known);
    return known;
  };
}
