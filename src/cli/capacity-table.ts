// All buckets in one table: the three numbers, how old they are, and whether Veeam gets them.
import type { CapacityRow } from '../admin/capacity-schemas.ts';
import { oneLine } from './admin-client.ts';
import { formatBytes, renderTable } from './table.ts';

const UNKNOWN = 'unknown';

export function renderCapacities(rows: readonly CapacityRow[]): string {
  if (rows.length === 0) return 'No bucket was asked for yet: name one, and it is measured.\n';
  return renderTable<CapacityRow>(
    [
      { title: 'BUCKET', text: ({ bucket }) => bucket },
      { title: 'BACKEND', text: ({ backend }) => backend },
      { title: 'CAPACITY', align: 'right', text: (row) => sizeText(row.capacityBytes) },
      { title: 'USED', align: 'right', text: (row) => sizeText(row.usedBytes) },
      { title: 'AVAILABLE', align: 'right', text: (row) => sizeText(row.availableBytes) },
      { title: 'AGE', align: 'right', text: ageText },
      { title: 'SOURCE', text: ({ source }) => oneLine(source ?? '-') },
      { title: 'STATE', text: stateText },
    ],
    rows,
  );
}

function sizeText(digits: string | undefined): string {
  return digits === undefined ? UNKNOWN : formatBytes(BigInt(digits));
}

/** Of the oldest of its numbers. */
function ageText({ total, free, used }: CapacityRow): string {
  const ages = [total, free, used].flatMap((figure) => (figure === undefined ? [] : [figure.ageSeconds]));
  return ages.length === 0 ? '-' : formatAge(Math.max(...ages));
}

/** `ok`; what is wrong otherwise: numbers that are not known, too old to be served, or not renewed of late. */
export function stateText({ capacityBytes, served, error, guard }: CapacityRow): string {
  const numbers =
    capacityBytes === undefined ? UNKNOWN : !served ? 'too old' : error === undefined ? 'ok' : 'failing';
  return guard === 'closed' ? `${numbers}, guard closed` : numbers;
}

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

/** For people: its two largest units, `3 d 4 h`, `12 min`. */
export function formatAge(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [index, unit] of UNITS.entries()) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) parts.push(`${count} ${unit.name}`);
    const first = UNITS.findIndex(({ name }) => parts[0]?.endsWith(` ${name}`));
    if (first !== -1 && index > first) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
