// The chart: processor time of each proxy for each request as a multiple of nginx's, case by case, with the targets.
import { betterNginx, type Row, rowsOf } from './judge.ts';
import type { BenchResult, CaseResult } from './results.ts';
import { CPU_AGAINST_NGINX } from './targets.ts';

const WIDTH = 860;
const LEFT = 150;
const RIGHT = 150;
const HEADER = 74;
const TITLE = 22;
const BAR = 13;
const PITCH = 18;
const GAP = 16;
/** Longer bars are cut off, with an arrow; their figure stands beside them. */
const LONGEST = 6;

/** Strong enough on white and on black. */
const COLOURS: Readonly<Record<string, string>> = {
  gateway: '#2f81f7',
  nginx: '#8b949e',
  haproxy: '#a371f7',
  'reply-from': '#d98e32',
};
/** On a white page, and where the reader's system asks for dark colours. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #57606a; }
  .strong { font-weight: 600; fill: #1f2328; }
  .grid { stroke: #8b949e; stroke-opacity: 0.35; }
  .target { stroke: #e5484d; stroke-width: 2; }
  .spread { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9ea7b1; }
    .strong { fill: #e6edf3; }
    .spread { stroke: #e6edf3; }
  }`;

/** An SVG document without a background of its own; the same for the same result. */
export function chartOf(result: BenchResult): string {
  const shown = result.cases.filter((measured) => betterNginx(measured) !== undefined && hasRatio(measured));
  const ratios = shown.flatMap((measured) => rowsOf(measured).map(({ ratio }) => ratio?.median ?? 0));
  const longest = Math.min(LONGEST, Math.max(2, Math.ceil(Math.max(0, ...ratios))));
  const scale = (ratio: number): number =>
    LEFT + (Math.min(ratio, longest) / longest) * (WIDTH - LEFT - RIGHT);
  let top = HEADER;
  const groups: string[] = [];
  for (const measured of shown) {
    const rows = rowsOf(measured).filter(({ ratio }) => ratio !== undefined);
    groups.push(groupOf(measured, rows, top, scale, longest));
    top += TITLE + rows.length * PITCH + GAP;
  }
  const height = top + 20;
  const ticks = Array.from({ length: longest + 1 }, (_, index) =>
    [
      `<line class="grid" x1="${scale(index)}" x2="${scale(index)}" y1="${HEADER - 6}" y2="${top}"/>`,
      `<text x="${scale(index)}" y="${top + 14}" text-anchor="middle">${index}×</text>`,
    ].join(''),
  );
  const machine = [result.machine['CPU'], result.startedAt.slice(0, 10)].filter((part) => part !== undefined);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Processor time for each request as a multiple of nginx's">
<style>${STYLE}
</style>
<text class="strong" x="12" y="24" style="font-size:16px">Processor time for each request, as a multiple of nginx's</text>
<text x="12" y="43">The gateway verifies each signature and signs again; the others only proxy. Shorter is better.</text>
<text x="12" y="60">${escaped(machine.join(', '))}</text>
<line class="target" x1="${WIDTH - 150}" x2="${WIDTH - 150}" y1="48" y2="62"/><text x="${WIDTH - 142}" y="60">target of the gateway</text>
${ticks.join('\n')}
${groups.join('\n')}
</svg>
`;
}

const hasRatio = (measured: CaseResult): boolean => rowsOf(measured).some(({ ratio }) => ratio !== undefined);

function groupOf(
  measured: CaseResult,
  rows: readonly Row[],
  top: number,
  scale: (ratio: number) => number,
  longest: number,
): string {
  const target = CPU_AGAINST_NGINX[measured.name];
  const place = target === undefined ? 0 : scale(target);
  const bars = rows.map((row, index) =>
    barOf(row, top + TITLE + index * PITCH, scale, longest, row.proxy === 'gateway' ? place : 0),
  );
  const line =
    target === undefined || !rows.some(({ proxy }) => proxy === 'gateway')
      ? ''
      : `<line class="target" x1="${place.toFixed(1)}" x2="${place.toFixed(1)}" y1="${top + TITLE - 3}" y2="${top + TITLE + BAR + 3}"><title>target: at most ${target}</title></line>`;
  return `<text class="strong" x="12" y="${top + 15}">${escaped(measured.title)}</text>\n${bars.join('\n')}\n${line}`;
}

function barOf(
  { proxy, ratio, cpuMicros, isBase }: Row,
  y: number,
  scale: (ratio: number) => number,
  longest: number,
  target: number,
): string {
  if (ratio === undefined) return '';
  const { median, lowest, highest } = ratio;
  const [start, end] = [scale(0), scale(median)];
  const middle = y + BAR / 2;
  const [family = ''] = Object.keys(COLOURS).filter((name) => proxy.startsWith(name));
  const spread =
    isBase || median > longest
      ? ''
      : `<line class="spread" x1="${scale(lowest).toFixed(1)}" x2="${scale(highest).toFixed(1)}" y1="${middle}" y2="${middle}"/>`;
  const arrow =
    median > longest
      ? `<path d="M ${end} ${y} l 7 ${BAR / 2} l -7 ${BAR / 2} z" fill="${COLOURS[family]}"/>`
      : '';
  const textAt = Math.max(end, target, median > longest ? end + 4 : scale(highest)) + 8;
  return [
    `<text x="${LEFT - 8}" y="${y + 11}" text-anchor="end">${escaped(proxy)}</text>`,
    `<rect x="${start}" y="${y}" width="${(end - start).toFixed(1)}" height="${BAR}" fill="${COLOURS[family] ?? '#8b949e'}"/>`,
    `${arrow}${spread}`,
    `<text x="${textAt.toFixed(1)}" y="${y + 11}">${median.toFixed(2)}× · ${cpuMicros?.toFixed(0) ?? '?'} µs</text>`,
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
