// report.html: one page that holds all it needs, without a script, fit to be sent to whoever must fix the store.
import { createHash } from 'node:crypto';
import { type Anchors, anchorsOf } from './html/anchors.ts';
import { chooseCalls, type ShownCalls } from './html/choose-calls.ts';
import { renderFinding } from './html/finding.ts';
import { renderLoad } from './html/load-section.ts';
import { type Content, cutText, html, type Markup, trusted } from './html/markup.ts';
import { renderFigures, renderLeftovers, renderPassed, renderSkipped } from './html/quiet-cases.ts';
import { STYLE_SHEET } from './html/style-sheet.ts';
import { type Finding, renderSummary } from './html/summary.ts';
import { type FindingKind, KINDS, kindOf } from './html/words.ts';
import { numberText, timeText } from './quantities.ts';
import { readLoad } from './read-load.ts';
import type { BenchReport } from './report.ts';

/** Of requests and answers, in the page: what is more stays in report.json. With it, 100 cases take less than 2 MiB. */
const MAX_CALLS_BYTES = 640 * 1024;
const MAX_NAME_BYTES = 300;
const KIND_ORDER: readonly FindingKind[] = ['breaks', 'slow', 'warning'];

/** Nothing of it is loaded from anywhere, and whatever a store said stays text. */
export function renderHtml(report: BenchReport): string {
  const sections = sectionsOf(report);
  const title = `Veeam bench: ${cutText(report.target.endpoint, MAX_NAME_BYTES)}`;
  const page = html`<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${policy()}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="referrer" content="no-referrer" />
<title>${title}, ${timeText(report.startedAt)}</title>
<style>${trusted(STYLE_SHEET)}</style>
</head>
<body>
<a class="skip" href="#page-main">Skip to the report</a>
<header>
<h1>Would Veeam work with ${cutText(report.target.endpoint, MAX_NAME_BYTES)}?</h1>
<p class="quiet">A report of sosapi-gateway bench, which behaves like Veeam's S3 client. It judges what it sees from outside.</p>
</header>
<nav aria-label="Contents"><ul>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="page-main" tabindex="-1">
${sections.map(({ content }) => content)}</main>
<footer><p class="quiet">Credentials and signatures were removed before this was written. The same findings for programs are in report.json.</p></footer>
</body>
</html>
`;
  return `<!DOCTYPE html>\n${page}`;
}

/** No script, no address: only this style sheet, by its hash. */
function policy(): string {
  const hash = createHash('sha256').update(STYLE_SHEET).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

interface Section {
  readonly id: string;
  /** In the contents. */
  readonly name: string;
  readonly content: Markup;
}

function sectionsOf(report: BenchReport): readonly Section[] {
  const { results, leftovers } = report;
  const anchors = anchorsOf(results);
  const findings = findingsOf(report);
  const calls = chooseCalls(
    findings.map(({ result }) => result),
    MAX_CALLS_BYTES,
  );
  const passed = results.filter(({ status }) => status === 'passed');
  const skipped = results.filter(({ status }) => status === 'skipped');
  const figures = renderFigures(results, anchors);
  const load = readLoad(report.load);
  return [
    { id: 'page-summary', name: 'Summary', content: renderSummary(report, findings, anchors) },
    ...KIND_ORDER.flatMap((kind) => findingSection(kind, findings, anchors, calls)),
    ...(load === undefined ? [] : [section('page-load', 'Load', renderLoad(load))]),
    ...(figures === undefined ? [] : [section('page-figures', 'Figures', figures)]),
    ...(leftovers.length === 0
      ? []
      : [section('page-leftovers', `Left behind (${numberText(leftovers.length)})`, leftBehind(leftovers))]),
    ...(passed.length === 0
      ? []
      : [section('page-passed', `Passed (${numberText(passed.length)})`, renderPassed(passed, anchors))]),
    ...(skipped.length === 0
      ? []
      : [
          section('page-skipped', `Skipped (${numberText(skipped.length)})`, renderSkipped(skipped, anchors)),
        ]),
  ];
}

/** Those that break first; within a kind in catalogue order. */
function findingsOf({ results }: BenchReport): readonly Finding[] {
  const found = results.flatMap((result): readonly Finding[] => {
    const kind = kindOf(result);
    return kind === undefined ? [] : [{ result, kind }];
  });
  return KIND_ORDER.flatMap((wanted) => found.filter(({ kind }) => kind === wanted));
}

function findingSection(
  kind: FindingKind,
  findings: readonly Finding[],
  anchors: Anchors,
  calls: ReadonlyMap<Finding['result'], ShownCalls>,
): readonly Section[] {
  const own = findings.filter((finding) => finding.kind === kind);
  if (own.length === 0) return [];
  const { heading, explanation } = KINDS[kind];
  const articles = own.map(({ result }) =>
    renderFinding({
      result,
      kind,
      anchor: anchors.get(result) ?? '',
      calls: calls.get(result) ?? { shown: [], omitted: 0 },
    }),
  );
  const content = html`<p>${explanation}</p>
${articles}`;
  return [section(`page-${kind}`, `${heading} (${numberText(own.length)})`, content)];
}

function leftBehind(leftovers: BenchReport['leftovers']): Content {
  return [
    html`<p>The command <code>sosapi-gateway bench clean</code> deletes these later.</p>
`,
    renderLeftovers(leftovers),
  ];
}

function section(id: string, name: string, content: Content): Section {
  return {
    id,
    name,
    content: html`<section aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
${content}
</section>
`,
  };
}
