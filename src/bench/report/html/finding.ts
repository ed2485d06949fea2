// A case that did not pass, with all that whoever must fix the store needs to know.
import type { CaseResult } from '../../bench-case.ts';
import { countText, durationText, numberText } from '../quantities.ts';
import type { ShownCalls } from './choose-calls.ts';
import { type Content, cutText, html, type Markup } from './markup.ts';
import { certaintySentence, type FindingKind, groupWord, KINDS, severitySentence } from './words.ts';

/** Bytes in the page. The texts of a case are a few hundred; what a store sent may be anything. */
const MAX_TITLE_BYTES = 400;
const MAX_TEXT_BYTES = 1200;
const MAX_MESSAGE_BYTES = 3000;
const MAX_FIGURES = 12;
const MAX_NAME_BYTES = 100;

export interface FindingParts {
  readonly result: CaseResult;
  readonly kind: FindingKind;
  readonly anchor: string;
  readonly calls: ShownCalls;
}

export function renderFinding({ result, kind, anchor, calls }: FindingParts): Markup {
  const { id, group, title, tookMs, message, veeamDoes, mustComeBack, source, advice } = result;
  return html`<article class="finding ${kind}" id="${anchor}" aria-labelledby="page-${anchor}-title">
<h3 id="page-${anchor}-title">${badge(kind)} ${cutText(title, MAX_TITLE_BYTES)}</h3>
<p class="quiet"><a href="#${anchor}"><code>${cutText(id, MAX_NAME_BYTES)}</code></a> · ${groupWord(group)} · ${durationText(tookMs)}</p>
<dl class="facts">
${fact('What Veeam does', veeamDoes)}
${fact('What must come back', mustComeBack)}
<div class="came"><dt>What came</dt><dd>${cutText(message ?? 'The case says nothing more.', MAX_MESSAGE_BYTES)}</dd></div>
${fact('How severe', severitySentence(result))}
${fact('How sure we are', html`${certaintySentence(result)} Source: ${cutText(source, MAX_TEXT_BYTES)}`)}
${fact('What to look at', advice)}
${figures(result)}
</dl>
${callList(calls)}
</article>
`;
}

export function badge(kind: FindingKind): Markup {
  const { sign, word } = KINDS[kind];
  return html`<span class="badge ${kind}"><span aria-hidden="true">${sign} </span>${word}<span class="hidden">:</span></span>`;
}

function fact(name: string, content: string | Markup): Markup {
  const shown = typeof content === 'string' ? cutText(content, MAX_TEXT_BYTES) : content;
  return html`<div><dt>${name}</dt><dd>${shown}</dd></div>`;
}

function figures({ figures = {} }: CaseResult): Content {
  const entries = Object.entries(figures).slice(0, MAX_FIGURES);
  if (entries.length === 0) return undefined;
  const items = entries.map(
    ([name, value]) => html`<li>${cutText(name, MAX_NAME_BYTES)}: <strong>${numberText(value)}</strong></li>`,
  );
  return html`<div><dt>Measured</dt><dd><ul class="plain">${items}</ul></dd></div>`;
}

function callList({ shown, omitted }: ShownCalls): Markup {
  if (shown.length + omitted === 0) return html`<p class="quiet">No call was kept for this case.</p>`;
  return html`<h4>Requests and answers</h4>
<p class="quiet">${callsSentence(shown.length, omitted)}</p>
${earlier(shown.slice(0, -1))}${shown.at(-1)}`;
}

/** Folded together: of many calls, the last is the one that tells. */
function earlier(calls: readonly Markup[]): Content {
  if (calls.length === 0) return undefined;
  return html`<details class="earlier"><summary>${countText(calls.length, 'earlier call')}</summary>
${calls}</details>
`;
}

function callsSentence(shown: number, omitted: number): string {
  if (shown === 0) return 'They were left out to keep this page small: they are in report.json.';
  const last = shown === 1 ? 'The last call.' : `The last ${countText(shown, 'call')}, the latest last.`;
  return omitted === 0
    ? last
    : `${last} To keep this page small, ${countText(omitted, 'earlier call')} stayed in report.json.`;
}
