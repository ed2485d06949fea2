// One call and its answer, as they went over the wire, in a box that can be opened.
import type { Evidence } from '../../bench-case.ts';
import { countText, durationText, instantText, numberText } from '../quantities.ts';
import { type Content, cutText, escapeText, html, type Markup } from './markup.ts';

/** Bytes in the page at most, however much there is to spend. The evidence itself is cut before: bodies at 4 KiB. */
const MAX_TARGET_BYTES = 3000;
const MAX_HEADER_BYTES = 1500;
const MAX_HEADERS_BYTES = 16_384;
const MAX_BODY_BYTES = 16_384;
/** Of the page's own words around it. */
const FRAME_BYTES = 1000;

export interface ExchangeOptions {
  /** Of all that the case sent, counted from 1. */
  readonly number: number;
  readonly isOpen: boolean;
  /** In the page, about: what is longer is cut. */
  readonly maxBytes: number;
}

interface Limits {
  readonly target: number;
  readonly headers: number;
  readonly body: number;
}

export function renderExchange(evidence: Evidence, { number, isOpen, maxBytes }: ExchangeOptions): Markup {
  const { request, answer, error, atMs, tookMs } = evidence;
  const limits = limitsOf(maxBytes);
  const method = cutText(request.method, 100);
  const target = cutText(request.target, limits.target);
  const reason = cutText(error ?? 'the reason is not known', limits.target);
  const outcome = answer === undefined ? 'no answer' : String(answer.status);
  return html`<details class="call"${isOpen ? OPEN : undefined}>
<summary><span class="call-number">${number}.</span> <code>${method} ${target}</code> <span class="arrow" aria-hidden="true">→</span> <strong>${outcome}</strong></summary>
<p class="quiet">Sent ${instantText(atMs)}, took ${durationText(tookMs)}.</p>
${box(`Request ${number}`, `${method} ${target}`, request, limits)}
${answer === undefined ? undefined : box(`Answer ${number}`, String(answer.status), answer, limits)}
${answer === undefined ? html`<p class="no-answer">No answer came: ${reason}</p>` : undefined}${
  answer !== undefined && error !== undefined ? html`<p class="no-answer">${reason}</p>` : undefined
}
</details>
`;
}

/** The target stands there twice, and an error may be as long; heads and bodies stand there for both ways. */
function limitsOf(maxBytes: number): Limits {
  const usable = Math.max(0, maxBytes - FRAME_BYTES);
  return {
    target: Math.min(MAX_TARGET_BYTES, usable / 16),
    headers: Math.min(MAX_HEADERS_BYTES, usable / 8),
    body: Math.min(MAX_BODY_BYTES, usable / 4),
  };
}

const OPEN = html` open=""`;

interface Body {
  readonly body?: string;
  readonly bodyBytes: number;
}

interface Said extends Body {
  readonly headers: Evidence['request']['headers'];
}

function box(name: string, first: string, said: Said, limits: Limits): Markup {
  return html`<div class="wire"><p class="wire-title">${name.replace(/ .*/, '')}</p>
<pre tabindex="0" role="region" aria-label="${name}"><code>${first}
${headerLines(said.headers, limits.headers)}${bodyText(said, limits.body)}</code></pre></div>`;
}

function headerLines(headers: Said['headers'], maxBytes: number): readonly string[] {
  const lines: string[] = [];
  let left = maxBytes;
  for (const [name, value] of headers) {
    const line = cutText(`${name}: ${value}`, MAX_HEADER_BYTES);
    left -= Buffer.byteLength(escapeText(line)) + 1;
    if (left < 0) return [...lines, `… and ${countText(headers.length - lines.length, 'more header')}\n`];
    lines.push(`${line}\n`);
  }
  return lines;
}

function bodyText({ body, bodyBytes }: Body, maxBytes: number): Content {
  if (body === undefined) {
    return bodyBytes === 0 ? '' : note(`${numberText(bodyBytes)} bytes that are no text`);
  }
  const text = cutText(body, maxBytes);
  const isWhole = text === body && !body.endsWith('…');
  return ['\n', text, isWhole ? '' : note(`the beginning of ${numberText(bodyBytes)} bytes`)];
}

function note(text: string): Markup {
  return html`
<i>(${text})</i>`;
}
