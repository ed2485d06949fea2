// One bucket in full: each number, who said it, how old it is, what was added to it and what bounds it.
import type { CapacityForecastRow, CapacityRow } from '../admin/capacity-schemas.ts';
import { oneLine } from './admin-client.ts';
import { formatAge, stateText } from './capacity-table.ts';
import { formatBytes } from './table.ts';

type Line = readonly [title: string, text: string];
type Figure = NonNullable<CapacityRow['total']>;

/** Lines that end with a newline. */
export function explainCapacity(row: CapacityRow): string {
  const lines: readonly Line[] = [
    ['Bucket', `${row.bucket} on backend ${row.backend}${poolText(row)}`],
    ['State', servedText(row)],
    ...numberLines(row),
    ...measuredLines(row),
    ...boundLines(row),
    ...watchLines(row),
    ...failureLines(row),
  ];
  const width = Math.max(...lines.map(([title]) => title.length));
  return lines.map(([title, text]) => `${title.padEnd(width)}  ${oneLine(text)}\n`).join('');
}

function poolText({ pool }: CapacityRow): string {
  return pool === undefined ? '' : `, counted together with all buckets of ${pool}`;
}

function servedText(row: CapacityRow): string {
  return `${stateText(row)}: capacity.xml is ${row.served ? 'served' : 'refused with status 503'}`;
}

/** The three numbers of capacity.xml. */
function numberLines(row: CapacityRow): readonly Line[] {
  const { capacityBytes, usedBytes, availableBytes, capacityBound, availableBound } = row;
  return [
    ...sizeLine('Capacity', capacityBytes, boundText('it is', capacityBound)),
    ...sizeLine('Used', usedBytes, usedText(row)),
    ...sizeLine('Available', availableBytes, boundText('bounded by', availableBound)),
  ];
}

function boundText(verb: string, bound: string | undefined): string | undefined {
  return bound === undefined ? undefined : `${verb} the ${bound}`;
}

function usedText({ used, ledger }: CapacityRow): string | undefined {
  if (used === undefined) return undefined;
  const uploads = used.uploads === 'counted' ? 'with' : 'without';
  const lag = used.lagSeconds > 0 ? `, which may be ${formatAge(used.lagSeconds)} behind` : '';
  const measured = `${figureText(used)}${lag}, ${uploads} unfinished uploads`;
  return ledger === undefined
    ? measured
    : `${measured}; ${ledgerText(ledger.bucketBytes)} through the gateway since`;
}

/** What the store said of itself. */
function measuredLines({ total, free, ledger, measuredAt, changedAt }: CapacityRow): readonly Line[] {
  const since = ledger === undefined ? '' : `; ${ledgerText(ledger.storeBytes)} through the gateway since`;
  return [
    ...(total === undefined ? [] : [['Store size', figureText(total)] as const]),
    ...(free === undefined ? [] : [['Store free', `${figureText(free)}${since}`] as const]),
    ...(measuredAt === undefined ? [] : [['Measured', measuredText(measuredAt, changedAt)] as const]),
  ];
}

function measuredText(measuredAt: string, changedAt: string | undefined): string {
  return changedAt === undefined ? measuredAt : `${measuredAt}, these numbers first at ${changedAt}`;
}

function boundLines({ reserveBytes, quotas }: CapacityRow): readonly Line[] {
  return [
    ...(reserveBytes === '0' ? [] : sizeLine('Reserve', reserveBytes, 'never offered')),
    ...(quotas ?? []).map(({ name, limitBytes, usedBytes }): Line => {
      const left = BigInt(limitBytes) - BigInt(usedBytes);
      const leaves = left < 0n ? `exceeded by ${formatBytes(-left)}` : `${formatBytes(left)} left`;
      return ['Quota', `${name}: ${exact(limitBytes)}, used ${formatBytes(BigInt(usedBytes))}, ${leaves}`];
    }),
  ];
}

function watchLines({ driftBytes, guard, peers, forecast }: CapacityRow): readonly Line[] {
  return [
    ...(driftBytes === undefined ? [] : [['Drift', driftText(BigInt(driftBytes))] as const]),
    ...(guard === undefined ? [] : [['Guard', guardText(guard)] as const]),
    ...(peers === undefined ? [] : [['Gateways', peersText(peers)] as const]),
    ...(forecast === undefined ? [] : [['Full in', forecastText(forecast)] as const]),
  ];
}

function driftText(bytes: bigint): string {
  if (bytes === 0n) return 'none: the latest measurement found what had passed through the gateway';
  const [size, direction] = bytes > 0n ? [bytes, 'more'] : [-bytes, 'less'];
  return `the latest measurement found ${formatBytes(size)} ${direction} than had passed through the gateway`;
}

function peersText({ of, heard }: NonNullable<CapacityRow['peers']>): string {
  const missing = heard < of ? ': of the rest only what the store has measured is counted' : '';
  return `${heard} of ${of} others heard${missing}`;
}

function guardText(guard: 'open' | 'closed'): string {
  return guard === 'open' ? 'open' : 'closed: new data is refused, as too little is available';
}

function forecastText({ daysUntilFull, bytesPerDay, from, to, reason }: CapacityForecastRow): string {
  const trend = bytesPerDay === undefined ? '' : `${signed(BigInt(bytesPerDay))} a day`;
  const span = from === undefined || to === undefined ? '' : ` from ${from} to ${to}`;
  const basis = trend === '' ? '' : ` (${trend}${span})`;
  if (daysUntilFull === undefined) return `not known: ${reason ?? 'no reason given'}${basis}`;
  return `${daysUntilFull.toFixed(1)} days${basis}`;
}

function failureLines({ error, failingSince }: CapacityRow): readonly Line[] {
  if (error === undefined) return [];
  return [['Last error', failingSince === undefined ? error : `${error} (failing since ${failingSince})`]];
}

function sizeLine(title: string, digits: string | undefined, note: string | undefined): readonly Line[] {
  if (digits === undefined) return [];
  return [[title, note === undefined ? exact(digits) : `${exact(digits)}: ${note}`]];
}

function figureText({ bytes, source, ageSeconds }: Figure): string {
  return `${exact(bytes)} from ${source}, ${formatAge(ageSeconds)} old`;
}

function ledgerText(digits: string): string {
  const bytes = BigInt(digits);
  return bytes === 0n ? 'nothing' : signed(bytes);
}

function signed(bytes: bigint): string {
  return bytes < 0n ? `-${formatBytes(-bytes)}` : `+${formatBytes(bytes)}`;
}

/** Both for people and for whoever compares: `1.50 TiB (1649267441664)`. */
function exact(digits: string): string {
  const bytes = BigInt(digits);
  return bytes < 1024n ? formatBytes(bytes) : `${formatBytes(bytes)} (${bytes})`;
}
