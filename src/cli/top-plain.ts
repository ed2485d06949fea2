// `top` where there is no terminal: a line each time.
import { bytesText, millisecondsText, ratesOf, rateText, shareText, timeText } from './top-figures.ts';
import type { TopData } from './top-sections.ts';
import type { Line } from './top-table.ts';

/** What passed in the last minute, the slowest of the busiest operation, and what does not work. */
export function topLine({ live }: TopData): string {
  const rates = ratesOf(live);
  const [busiest] = live.latency.operations;
  const out = live.endpoints.filter(({ state }) => state === 'ejected' || state === 'trial');
  const silent = live.backends.filter(({ reachable }) => reachable === false);
  return `${[
    timeText(live.at),
    `${rateText(rates.requests)} requests/s`,
    `in ${bytesText(rates.inBytes)}/s`,
    `out ${bytesText(rates.outBytes)}/s`,
    `errors ${shareText(rates.errors)}`,
    `refused ${shareText(rates.refused)}`,
    `connections ${live.connections}`,
    ...(busiest === undefined ? [] : [`${busiest.operation} p99 ${millisecondsText(busiest.p99Ms)}`]),
    ...out.map(({ endpoint, state }) => `${endpoint} ${state}`),
    ...silent.map(({ name }) => `${name} does not answer`),
  ].join('  ')}\n`;
}

/** A whole screen, without what only a terminal understands. */
export function plainText(lines: readonly Line[]): string {
  const texts = lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
  return `${texts.join('\n')}\n`;
}
