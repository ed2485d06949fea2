// The JSON examples in the vendor's texts, each with the call that it belongs to.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const EXAMPLE_DOCUMENTS = [
  'vbr-rest-overview',
  'vbr-rest-repositories',
  'vbr-rest-license',
  'veeam-one-rest-overview',
] as const;

export type ExampleDocument = (typeof EXAMPLE_DOCUMENTS)[number];

export interface Example {
  readonly document: ExampleDocument;
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly kind: 'request' | 'answer';
  readonly method: string;
  /** As the text has it, with `{id}` and its like; without host and query. */
  readonly path: string;
  /** Of an answer, where the text says it. */
  readonly status: number | undefined;
  readonly json: unknown;
}

/** A block that looks like JSON and could not be read, with its line. */
export interface UnreadExample {
  readonly document: ExampleDocument;
  readonly line: number;
}

export interface Examples {
  readonly read: readonly Example[];
  readonly unread: readonly UnreadExample[];
}

export function readExamples(directory: string, document: ExampleDocument): Examples {
  return parseExamples(readFileSync(join(directory, `${document}.txt`), 'utf8'), document);
}

// "The HTTP POST request to the /api/v1/license/install path" and "send the HTTP POST request to the /api/token path".
const NAMED_CALL = /HTTP (GET|POST|PUT|DELETE|PATCH) request\b.*? to the (\/?api\/[^\s,]+)/;
// "PATCH https://one-srv:1239/api/v2.2/dataCollection/schedule", or the address alone, which is a GET.
const WRITTEN_CALL = /^\s*(?:(GET|POST|PUT|DELETE|PATCH) )?https:\/\/[^/\s]+(\/api\/[^\s?<]+)/;
const REQUEST_FOLLOWS = /^- Payload$|Request Body:?\s*$/i;
const ANSWER_FOLLOWS = /^- 2\d\d$|Response Body:?\s*$|In the following example, the resource/i;
const LONGEST = 400;

export function parseExamples(text: string, document: ExampleDocument): Examples {
  const lines = text.split('\n');
  const read: Example[] = [];
  const unread: UnreadExample[] = [];
  let call: readonly [method: string, path: string] | undefined;
  let kind: Example['kind'] = 'answer';
  let status: number | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const named = NAMED_CALL.exec(line) ?? WRITTEN_CALL.exec(line);
    if (named !== null) {
      const [, method = 'GET', path = ''] = named;
      call = [method, path.startsWith('/') ? path : `/${path}`];
      kind = 'answer';
      status = undefined;
    }
    if (REQUEST_FOLLOWS.test(line)) kind = 'request';
    if (ANSWER_FOLLOWS.test(line)) kind = 'answer';
    const [, listed] = /^- (2\d\d)$/.exec(line) ?? [];
    if (listed !== undefined) status = Number(listed);
    if (!/^\s*[{[](- |\s*$| "| \}\s*$)/.test(line) || call === undefined) continue;
    const block = jsonFrom(lines, index);
    if (block === undefined) {
      unread.push({ document, line: index + 1 });
      continue;
    }
    const [method, path] = call;
    read.push({ document, line: index + 1, kind, method, path, status, json: block.json });
    index = block.last;
  }
  return { read, unread };
}

/** The shortest run of lines from `first` that is JSON, without what the page's folding marks left in it. */
function jsonFrom(
  lines: readonly string[],
  first: number,
): { readonly json: unknown; readonly last: number } | undefined {
  let block = '';
  for (let last = first; last < Math.min(lines.length, first + LONGEST); last += 1) {
    block += `${withoutMarks(lines[last] ?? '')}\n`;
    const json = parsed(block);
    if (json !== undefined) return { json, last };
  }
  return undefined;
}

function withoutMarks(line: string): string {
  // "..." and a lonely comma stand for what the vendor left out.
  if (/^\s*(\.\.\.|,)\s*$/.test(line)) return '';
  return line.replace(/^(\s*[{[]?)- (?=["{}[\]])/, '$1').replace(/^(\s*[}\]],) - /, '$1 ');
}

function parsed(block: string): unknown {
  try {
    return JSON.parse(block.replace(/,(\s*[}\]])/g, '$1'));
  } catch {
    return undefined;
  }
}
