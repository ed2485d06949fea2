// How the page looks: light and dark, from a phone's width to a desk's, and on paper.

/** Text and its ground differ by 4.5:1 at least in each pair that is used; a test in a browser measures it. */
const COLOURS = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f5f6f8; --line: #c9ced6; --ink: #1a1d21; --quiet: #525a66; --link: #0b57a4;
  --bad: #a8121a; --bad-ground: #fdeceb; --warn: #734700; --warn-ground: #fff3d9;
  --good: #12602b; --good-ground: #e6f4e9; --idle: #4a5160; --idle-ground: #eceef2;
  --first: #0b57a4; --second: #a8121a; --third: #12602b; --fourth: #6b3fa0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --raised: #1d2127; --line: #434b57; --ink: #e7eaee; --quiet: #a9b1bd; --link: #8bbcf6;
    --bad: #ffa19f; --bad-ground: #3b1b1d; --warn: #f2c76c; --warn-ground: #35290f;
    --good: #86d79a; --good-ground: #15301d; --idle: #b8c0cc; --idle-ground: #262b33;
    --first: #8bbcf6; --second: #ffa19f; --third: #86d79a; --fourth: #c9a8f5;
  }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff; --raised: #ffffff; --line: #9aa1ac; --ink: #000000; --quiet: #3d444e; --link: #000000;
    --bad: #a8121a; --bad-ground: #ffffff; --warn: #734700; --warn-ground: #ffffff;
    --good: #12602b; --good-ground: #ffffff; --idle: #3d444e; --idle-ground: #ffffff;
    --first: #0b57a4; --second: #a8121a; --third: #12602b; --fourth: #6b3fa0;
  }
}
`;

/** Whatever a store sent may be one long word: it breaks anywhere, but in the boxes that scroll. */
const TEXT = `
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 70rem; padding: 1rem; overflow-wrap: anywhere;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.5rem 0 0.5rem; border-bottom: 2px solid var(--line); padding-bottom: 0.25rem; }
h3 { font-size: 1.1rem; line-height: 1.3; margin: 0 0 0.25rem; }
h4 { font-size: 1rem; margin: 1rem 0 0; }
p { margin: 0.4rem 0; max-width: 48rem; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.875em; }
pre code { font-size: inherit; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
:target { outline: 3px solid var(--link); outline-offset: 4px; }
.quiet { color: var(--quiet); font-size: 0.9rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; background: var(--ground); padding: 0.5rem; }
.skip:focus { left: 0.5rem; top: 0.5rem; z-index: 1; }
nav ul, .plain, .tiles, .legend { list-style: none; margin: 0; padding: 0; }
td .plain li { padding: 0.15rem 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
nav a { display: inline-block; padding: 0.25rem 0; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); }
`;

const SUMMARY = `
.verdict { border: 2px solid; border-radius: 0.5rem; padding: 0.75rem 1rem; margin: 1rem 0; }
.verdict .sentence { font-size: 1.3rem; font-weight: 700; line-height: 1.25; margin: 0; }
.bad, .breaks .badge, .badge.breaks { color: var(--bad); background: var(--bad-ground); }
.warn, .badge.slow, .badge.warning { color: var(--warn); background: var(--warn-ground); }
.good { color: var(--good); background: var(--good-ground); }
.idle, .none { color: var(--idle); background: var(--idle-ground); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.5rem; margin: 1rem 0; }
.tiles li { border: 1px solid; border-radius: 0.5rem; padding: 0.5rem 0.75rem; }
.tiles .count { display: block; font-size: 1.6rem; font-weight: 700; line-height: 1.2; font-variant-numeric: tabular-nums; }
.facts { margin: 0.75rem 0; display: grid; gap: 0.5rem; }
.facts > div { display: grid; gap: 0 1rem; }
.facts dt { font-weight: 600; color: var(--quiet); }
.facts dd { margin: 0; max-width: 48rem; white-space: pre-line; }
@media (min-width: 40rem) { .facts > div { grid-template-columns: 11rem minmax(0, 1fr); } }
@media (min-width: 60rem) { .facts.target { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
table { border-collapse: collapse; width: 100%; margin: 1.25rem 0; }
caption { text-align: left; font-weight: 700; padding-bottom: 0.25rem; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.5rem; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-size: 0.9rem; border-bottom-width: 2px; }
tbody th { font-weight: 400; }
th code, td code { color: var(--quiet); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead .number { white-space: normal; }
thead th { overflow-wrap: normal; }
.scroll { overflow-x: auto; }
.scroll th, .scroll td { overflow-wrap: normal; min-width: 4rem; }
.scroll tbody th { min-width: 9rem; }
@media (max-width: 40rem) { th, td { padding: 0.35rem 0.15rem; font-size: 0.9rem; } thead th { font-size: 0.75rem; } }
`;

const FINDINGS = `
.finding { border: 1px solid var(--line); border-left: 0.4rem solid; border-radius: 0.5rem; padding: 1rem; margin: 1rem 0; background: var(--ground); }
.finding.breaks { border-left-color: var(--bad); }
.finding.slow, .finding.warning { border-left-color: var(--warn); }
.badge { display: inline-block; border: 1px solid; border-radius: 0.3rem; padding: 0 0.4rem; font-size: 0.85rem; font-weight: 700; white-space: nowrap; }
.facts .came dd { font-weight: 600; }
.call { border: 1px solid var(--line); border-radius: 0.4rem; margin: 0.5rem 0; padding: 0 0.75rem; background: var(--raised); }
summary { cursor: pointer; padding: 0.5rem 0; }
.call[open] { padding-bottom: 0.75rem; }
.wire-title { font-weight: 600; margin: 0.5rem 0 0.25rem; }
.no-answer { font-weight: 600; }
pre {
  margin: 0; padding: 0.6rem; overflow: auto; max-height: 32rem; overflow-wrap: normal; direction: ltr; unicode-bidi: isolate;
  border: 1px solid var(--line); border-radius: 0.3rem; background: var(--ground);
}
@media (max-width: 40rem) { .finding { padding: 0.75rem; } .call { padding: 0 0.5rem; } }
`;

const CHARTS = `
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
.chart { margin: 0; padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; max-width: 36rem; min-width: 0; }
.chart figcaption { font-weight: 700; }
.chart svg { display: block; width: 100%; height: auto; }
.chart text { fill: var(--quiet); font-size: 11px; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .axis { stroke: var(--quiet); stroke-width: 1; }
.chart .phase { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 1 3; }
.chart .name { fill: var(--ink); }
.span { stroke: var(--quiet); stroke-width: 1.5; }
.mark-first { fill: var(--first); } .mark-second { fill: var(--second); } .mark-third { fill: var(--third); }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.first { stroke: var(--first); } .second { stroke: var(--second); stroke-dasharray: 6 3; }
.third { stroke: var(--third); stroke-dasharray: 1 4; } .fourth { stroke: var(--fourth); stroke-dasharray: 9 3 2 3; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; font-size: 0.9rem; }
.chart .legend svg { display: inline-block; width: 2rem; height: 0.75rem; vertical-align: middle; }
`;

const PAPER = `
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { list-style: none; }
  .call { padding-bottom: 0.5rem; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; overflow: visible; max-height: none; }
  h2, h3, h4, .wire-title, caption, thead { break-after: avoid; }
  .facts, .chart, tr, .verdict { break-inside: avoid; }
}
`;

export const STYLE_SHEET = `${COLOURS}${TEXT}${SUMMARY}${FINDINGS}${CHARTS}${PAPER}`;
