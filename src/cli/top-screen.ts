// One screen of `top`: as much of everything as the terminal has room for.
import type { LiveAnswer } from '../admin/live-schemas.ts';
import { oneLine } from './admin-client.ts';
import { formatAge } from './capacity-table.ts';
import { bytesText, ratesOf, rateText, shareText, timeText } from './top-figures.ts';
import { type Section, sectionsOf, type TopData } from './top-sections.ts';
import { cutLine, type Line } from './top-table.ts';

export interface TopView {
  /** Undefined before the first answer. */
  readonly data: TopData | undefined;
  /** Why there is no newer answer, where there should be one. */
  readonly trouble?: string | undefined;
  /** The last line. */
  readonly foot?: string | undefined;
}

export interface TopSize {
  readonly columns: number;
  /** `Number.POSITIVE_INFINITY` for all there is. */
  readonly rows: number;
}

/** At most `rows` lines, none wider than `columns`. */
export function topScreen({ data, trouble, foot }: TopView, { columns, rows }: TopSize): readonly Line[] {
  const head = [
    ...(data === undefined ? [] : headOf(data.live, columns)),
    ...(data === undefined ? [] : alertsOf(data)),
    ...(trouble === undefined ? [] : [[{ text: trouble, tone: 'bad' as const }]]),
  ];
  const feet: readonly Line[] = foot === undefined ? [] : [[{ text: foot, tone: 'faint' }]];
  const room = rows - head.length - feet.length;
  const body = data === undefined ? [] : bodyOf(sectionsOf(data), columns, room);
  const all = [...head.slice(0, Math.max(1, rows - feet.length)), ...body];
  const padding = Number.isFinite(rows)
    ? Array.from({ length: Math.max(0, rows - feet.length - all.length) }, () => [])
    : [];
  return [...all, ...padding, ...feet].slice(0, rows).map((line) => cutLine(line, columns));
}

function headOf(live: LiveAnswer, columns: number): readonly Line[] {
  const { version, at, startedAt, workers, connections, traffic } = live;
  const rates = ratesOf(live);
  const upSeconds = (Date.parse(at) - Date.parse(startedAt)) / 1000;
  return [
    [
      { text: `sosapi-gateway ${oneLine(version)}`, tone: 'heading' },
      {
        text: `  ${timeText(at)} UTC, up ${formatAge(upSeconds)}, ${counted(workers, 'worker')}, ${counted(connections, 'connection')}`,
      },
    ],
    [
      { text: `${rateText(rates.requests)} requests/s` },
      { text: `  in ${bytesText(rates.inBytes)}/s` },
      { text: `  out ${bytesText(rates.outBytes)}/s` },
      { text: '  ' },
      { text: `errors ${shareText(rates.errors)}`, tone: rates.errors > 0 ? 'bad' : undefined },
      { text: '  ' },
      { text: `refused ${shareText(rates.refused)}`, tone: rates.refused > 0 ? 'warn' : undefined },
    ],
    [{ text: sparkline(traffic.points, columns), tone: 'faint' }],
  ];
}

const BARS = '▁▂▃▄▅▆▇█';

/** Bytes both ways of the last minutes, the newest to the right; what was nothing is blank. */
function sparkline(points: LiveAnswer['traffic']['points'], columns: number): string {
  const title = '10 min ';
  const bytes = points
    .slice(-Math.max(0, columns - title.length))
    .map(({ requestBytes, responseBytes }) => requestBytes + responseBytes);
  const most = Math.max(...bytes, 1);
  const bars = bytes.map((each) =>
    each === 0 ? ' ' : (BARS[Math.ceil((each / most) * BARS.length) - 1] ?? ' '),
  );
  return `${title}${bars.join('')}`;
}

/** What somebody should see at once. */
function alertsOf({ live, veeam }: TopData): readonly Line[] {
  const stores = live.backends.filter(({ reachable }) => reachable === false);
  const servers = veeam.servers.filter(({ answered }) => answered === false);
  return [
    ...stores.map(({ name, detail }) => `store ${name} does not answer: ${oneLine(detail ?? 'no reason')}`),
    ...servers.map(({ name, error }) => `Veeam (${name}) does not answer: ${oneLine(error ?? 'no reason')}`),
  ].map((text) => [{ text, tone: 'bad' as const }]);
}

/** A blank line, titles and one row. */
const LEAST_LINES = 3;

/** Each section gets a row in turn until there is no room; the last ones go where not even that is there. */
function bodyOf(sections: readonly Section[], columns: number, room: number): readonly Line[] {
  const shown = sections.slice(0, Math.max(0, Math.floor(room / LEAST_LINES)));
  const rows = shown.map(() => 1);
  let left = room - shown.length * LEAST_LINES;
  for (let hasGrown = true; hasGrown && left > 0; ) {
    hasGrown = false;
    for (const [index, { count }] of shown.entries()) {
      const own = rows[index] ?? 0;
      if (own >= count || left === 0) continue;
      rows[index] = own + 1;
      left--;
      hasGrown = true;
    }
  }
  return shown.flatMap((section, index) => [[], ...section.lines(rows[index] ?? 0, columns)]);
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
