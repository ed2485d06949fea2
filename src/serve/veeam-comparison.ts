// What the gateway serves beside what Veeam believes of the same bucket, and how far apart they are.
import type { CapacityRow } from '../admin/capacity-schemas.ts';
import type { VeeamNumbersRow, VeeamRepositoryRow } from '../admin/veeam-schemas.ts';

/** Bytes. */
export interface VeeamNumbers {
  readonly capacityBytes: bigint;
  /** This and the next are absent where that side does not tell them: Veeam ONE does not know what is available. */
  readonly availableBytes?: bigint | undefined;
  readonly usedBytes?: bigint | undefined;
  readonly atMs: number;
}

/** A repository of Veeam's that is a bucket of this gateway, and what Veeam believes of it. */
export interface VeeamRepository {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly isOnline: boolean;
  readonly bucket: string;
  readonly folder: string;
  /** Absent where Veeam has no numbers of it. */
  readonly vbr?: VeeamNumbers | undefined;
  readonly one?: VeeamNumbers | undefined;
}

export interface Comparison extends VeeamRepository {
  readonly backend?: string | undefined;
  readonly store?: VeeamNumbers | undefined;
  readonly gateway?: VeeamNumbers | undefined;
  readonly difference?: Difference | undefined;
}

export interface Difference {
  readonly bytes: bigint;
  /** Of the capacity that the gateway serves. */
  readonly percent: number;
}

/**
 * Half of a tenth of a GB: the repository states in the vendor's documents have one decimal
 * (`"capacityGB": 299.4`, Get All Repository States), so that less than this may be rounding.
 */
export const ROUNDING_BYTES = 2n ** 30n / 20n;

const FIGURES = ['capacityBytes', 'availableBytes', 'usedBytes'] as const;
export type FigureName = (typeof FIGURES)[number];
export const FIGURE_NAMES: readonly FigureName[] = FIGURES;

/** `row`: what the gateway knows of that bucket, where it knows it. */
export function compare(repository: VeeamRepository, row: CapacityRow | undefined): Comparison {
  const gateway = row && servedNumbers(row);
  return {
    ...repository,
    ...(row && { backend: row.backend }),
    store: row && storeNumbers(row),
    gateway,
    difference: differenceOf(gateway, [repository.vbr, repository.one]),
  };
}

/** The greatest over all numbers and all that believe one. */
export function differenceOf(
  served: VeeamNumbers | undefined,
  believed: readonly (VeeamNumbers | undefined)[],
): Difference | undefined {
  if (served === undefined || served.capacityBytes === 0n) return undefined;
  const all = believed.flatMap((numbers) =>
    FIGURES.flatMap((figure) => {
      const apart = numbers && figureDifference(served, numbers, figure);
      return apart === undefined ? [] : [apart < 0n ? -apart : apart];
    }),
  );
  if (all.length === 0) return undefined;
  const bytes = all.reduce((greatest, each) => (each > greatest ? each : greatest), 0n);
  return { bytes, percent: Number((bytes * 10_000n) / served.capacityBytes) / 100 };
}

/** What is believed less what is served. */
export function figureDifference(
  served: VeeamNumbers,
  believed: VeeamNumbers,
  figure: FigureName,
): bigint | undefined {
  const [a, b] = [served[figure], believed[figure]];
  return a === undefined || b === undefined ? undefined : b - a;
}

/** The three numbers of capacity.xml; undefined where it is refused for want of them. */
export function servedNumbers(row: CapacityRow): VeeamNumbers | undefined {
  const { capacityBytes, availableBytes, usedBytes, measuredAt } = row;
  if (capacityBytes === undefined || availableBytes === undefined || usedBytes === undefined)
    return undefined;
  if (!row.served || measuredAt === undefined) return undefined;
  return {
    capacityBytes: BigInt(capacityBytes),
    availableBytes: BigInt(availableBytes),
    usedBytes: BigInt(usedBytes),
    atMs: Date.parse(measuredAt),
  };
}

/** What was measured, within the quotas and less the reserve; without what passed through the gateway since. */
export function storeNumbers(row: CapacityRow): VeeamNumbers | undefined {
  const { total, free, used, usedBytes, reserveBytes = '0', quotas = [] } = row;
  if (total === undefined || free === undefined || used === undefined || usedBytes === undefined)
    return undefined;
  const reserve = BigInt(reserveBytes);
  const passed = BigInt(usedBytes) - BigInt(used.bytes);
  const limits = quotas.map(({ limitBytes }) => BigInt(limitBytes));
  const capacityBytes = least(BigInt(total.bytes) - reserve, limits);
  const left = quotas.map((quota) => BigInt(quota.limitBytes) - (BigInt(quota.usedBytes) - passed));
  const availableBytes = least(BigInt(free.bytes) - reserve, [capacityBytes - BigInt(used.bytes), ...left]);
  return {
    capacityBytes,
    availableBytes: availableBytes > 0n ? availableBytes : 0n,
    usedBytes: BigInt(used.bytes),
    atMs: Date.parse(used.at),
  };
}

function least(first: bigint, others: readonly bigint[]): bigint {
  return others.reduce((smallest, each) => (each < smallest ? each : smallest), first);
}

/** As the admin listener shows it. */
export function comparisonRow(comparison: Comparison): VeeamRepositoryRow {
  const { id, name, type, isOnline, bucket, folder, backend, difference } = comparison;
  return {
    id,
    name,
    type,
    isOnline,
    bucket,
    folder,
    ...(backend === undefined ? {} : { backend }),
    ...numbersField('store', comparison.store),
    ...numbersField('gateway', comparison.gateway),
    ...numbersField('vbr', comparison.vbr),
    ...numbersField('one', comparison.one),
    ...(difference && {
      differenceBytes: String(difference.bytes),
      differencePercent: difference.percent,
    }),
  };
}

type Side = 'store' | 'gateway' | 'vbr' | 'one';

function numbersField(side: Side, numbers: VeeamNumbers | undefined): Partial<Record<Side, VeeamNumbersRow>> {
  if (numbers === undefined) return {};
  const { capacityBytes, availableBytes, usedBytes, atMs } = numbers;
  return {
    [side]: {
      capacityBytes: String(capacityBytes),
      ...(availableBytes === undefined ? {} : { availableBytes: String(availableBytes) }),
      ...(usedBytes === undefined ? {} : { usedBytes: String(usedBytes) }),
      at: new Date(atMs).toISOString(),
    },
  };
}
