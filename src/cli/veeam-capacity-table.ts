// What the store says, what capacity.xml said, and what Veeam believes, one figure a line.
import {
  type Comparison,
  FIGURE_NAMES,
  type FigureName,
  figureDifference,
  ROUNDING_BYTES,
  type VeeamNumbers,
} from '../serve/veeam-comparison.ts';
import { oneLine } from './admin-client.ts';
import { formatAge } from './capacity-table.ts';
import { formatBytes, renderTable } from './table.ts';

const TITLES: Readonly<Record<FigureName, string>> = {
  capacityBytes: 'capacity',
  availableBytes: 'available',
  usedBytes: 'used',
};

interface Line {
  readonly repository: string;
  readonly bucket: string;
  readonly figure: FigureName | 'age';
  readonly comparison: Comparison;
}

/** `nowMs`: what ages are counted to. */
export function renderComparisons(comparisons: readonly Comparison[], nowMs: number): string {
  const lines = comparisons.flatMap((comparison) =>
    [...FIGURE_NAMES, 'age' as const].map((figure, index) => ({
      repository: index === 0 ? comparison.name : '',
      bucket: index === 0 ? comparison.bucket : '',
      figure,
      comparison,
    })),
  );
  const cell = (side: 'store' | 'gateway' | 'vbr' | 'one') => (line: Line) =>
    cellText(line.comparison[side], line.figure, nowMs);
  return renderTable<Line>(
    [
      { title: 'REPOSITORY', text: ({ repository }) => oneLine(repository) },
      { title: 'BUCKET', text: ({ bucket }) => oneLine(bucket) },
      { title: 'FIGURE', text: ({ figure }) => (figure === 'age' ? 'age' : TITLES[figure]) },
      { title: 'STORE', align: 'right', text: cell('store') },
      { title: 'CAPACITY.XML', align: 'right', text: cell('gateway') },
      { title: 'VBR', align: 'right', text: cell('vbr') },
      { title: 'VEEAM ONE', align: 'right', text: cell('one') },
      { title: 'DIFFERENCE', text: differenceText },
    ],
    lines,
  );
}

function cellText(numbers: VeeamNumbers | undefined, figure: Line['figure'], nowMs: number): string {
  if (numbers === undefined) return '-';
  if (figure === 'age') return formatAge((nowMs - numbers.atMs) / 1000);
  const bytes = numbers[figure];
  return bytes === undefined ? '-' : formatBytes(bytes);
}

/** Of what is farther from capacity.xml, with its sign; `none` for what rounding explains. */
function differenceText({ comparison, figure }: Line): string {
  if (figure === 'age') return '';
  const { gateway, vbr, one } = comparison;
  if (gateway === undefined) return 'not known';
  const apart = [
    { who: 'VBR', bytes: vbr && figureDifference(gateway, vbr, figure) },
    { who: 'Veeam ONE', bytes: one && figureDifference(gateway, one, figure) },
  ].flatMap(({ who, bytes }) => (bytes === undefined ? [] : [{ who, bytes }]));
  const [first] = apart.sort((a, b) => (magnitude(b.bytes) > magnitude(a.bytes) ? 1 : -1));
  if (first === undefined) return 'not known';
  if (magnitude(first.bytes) <= ROUNDING_BYTES) return 'none';
  return `${first.bytes < 0n ? '-' : '+'}${formatBytes(magnitude(first.bytes))} (${first.who})`;
}

function magnitude(bytes: bigint): bigint {
  return bytes < 0n ? -bytes : bytes;
}
