// The last week of each bucket: drawn on a terminal, listed elsewhere.
import type { CapacityHistoryAnswer } from '../admin/capacity-schemas.ts';
import { formatBytes, renderTable } from './table.ts';

type Series = CapacityHistoryAnswer['series'][number];
type Point = Series['points'][number];

/** How far points are apart, as the gateway is asked: fifty-six of them in a drawing, one a day in a list. */
export const HISTORY_STEPS = { drawn: '3h', listed: '1d' } as const;

export function renderHistory(answer: CapacityHistoryAnswer, isTerminal: boolean): string {
  const series = answer.series.filter(({ points }) => points.length > 0);
  if (series.length === 0) return `There is no history yet between ${answer.from} and ${answer.to}.\n`;
  return isTerminal ? drawn(answer, series) : listed(series);
}

interface Listed extends Point {
  readonly bucket: string;
  readonly backend: string;
  /** Of what is used, against the point before. */
  readonly changeBytes: bigint | undefined;
}

function listed(series: readonly Series[]): string {
  const rows = series.flatMap(({ bucket, backend, points }) =>
    points.map((point, index): Listed => {
      const before = points[index - 1];
      const changeBytes =
        before === undefined ? undefined : BigInt(point.usedBytes) - BigInt(before.usedBytes);
      return { bucket, backend, ...point, changeBytes };
    }),
  );
  return renderTable<Listed>(
    [
      { title: 'BUCKET', text: ({ bucket }) => bucket },
      { title: 'BACKEND', text: ({ backend }) => backend },
      { title: 'AT', text: ({ at }) => at },
      { title: 'CAPACITY', align: 'right', text: (row) => formatBytes(BigInt(row.capacityBytes)) },
      { title: 'USED', align: 'right', text: (row) => formatBytes(BigInt(row.usedBytes)) },
      { title: 'AVAILABLE', align: 'right', text: (row) => formatBytes(BigInt(row.availableBytes)) },
      { title: 'CHANGE', align: 'right', text: ({ changeBytes }) => changeText(changeBytes) },
    ],
    rows,
  );
}

function changeText(bytes: bigint | undefined): string {
  if (bytes === undefined) return '-';
  if (bytes === 0n) return '0 B';
  return bytes < 0n ? `-${formatBytes(-bytes)}` : `+${formatBytes(bytes)}`;
}

const BARS = '▁▂▃▄▅▆▇█';
/** More than any terminal shows: an answer that makes no sense makes no endless line. */
const MAX_WIDTH = 500;

function drawn({ from, to, stepSeconds }: CapacityHistoryAnswer, series: readonly Series[]): string {
  const fromMs = Date.parse(from);
  const stepMs = stepSeconds * 1000;
  const width = Math.min(MAX_WIDTH, Math.max(1, Math.ceil((Date.parse(to) - fromMs) / stepMs)));
  const used = ({ points }: Series): readonly bigint[] => points.map(({ usedBytes }) => BigInt(usedBytes));
  return renderTable<Series>(
    [
      { title: 'BUCKET', text: ({ bucket }) => bucket },
      { title: 'BACKEND', text: ({ backend }) => backend },
      { title: 'LOWEST', align: 'right', text: (each) => formatBytes(lowest(used(each))) },
      { title: 'HIGHEST', align: 'right', text: (each) => formatBytes(highest(used(each))) },
      { title: 'NOW', align: 'right', text: (each) => formatBytes(used(each).at(-1) ?? 0n) },
      { title: 'USED, LAST 7 DAYS', text: ({ points }) => sparkline(points, { fromMs, stepMs, width }) },
    ],
    series,
  );
}

interface Axis {
  readonly fromMs: number;
  readonly stepMs: number;
  /** How many steps there are. */
  readonly width: number;
}

/** From the lowest to the highest; a step without a point is a blank. */
function sparkline(points: readonly Point[], { fromMs, stepMs, width }: Axis): string {
  const used = points.map(({ usedBytes }) => BigInt(usedBytes));
  const least = lowest(used);
  const range = highest(used) - least;
  const cells = Array.from({ length: width }, () => ' ');
  for (const { at, usedBytes } of points) {
    const step = Math.floor((Date.parse(at) - fromMs) / stepMs);
    const height = range === 0n ? 0n : ((BigInt(usedBytes) - least) * BigInt(BARS.length - 1)) / range;
    if (step >= 0 && step < width) cells[step] = BARS[Number(height)] ?? ' ';
  }
  return cells.join('');
}

function lowest(all: readonly bigint[]): bigint {
  return all.reduce((least, each) => (each < least ? each : least));
}

function highest(all: readonly bigint[]): bigint {
  return all.reduce((most, each) => (each > most ? each : most));
}
