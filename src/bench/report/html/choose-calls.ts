// Which calls a page shows, so that it stays small enough to be sent: of each case the latest first.
import type { CaseResult } from '../../bench-case.ts';
import { renderExchange } from './exchange.ts';
import type { Markup } from './markup.ts';

export interface ShownCalls {
  /** In the order in which they were sent. */
  readonly shown: readonly Markup[];
  readonly omitted: number;
}

/**
 * In rounds: the last call of each finding, then the one before it, until `maxBytes` are spent. A call takes no more than
 * its finding's share, so that each finding has its last call; of those that come first in the list more is shown.
 */
export function chooseCalls(
  findings: readonly CaseResult[],
  maxBytes: number,
): ReadonlyMap<CaseResult, ShownCalls> {
  const shown = new Map<CaseResult, readonly Markup[]>();
  const share = maxBytes / findings.length;
  let left = maxBytes;
  let open = findings;
  for (let back = 1; open.length > 0; back += 1) {
    open = open.filter((finding) => {
      const evidence = finding.evidence.at(-back);
      if (evidence === undefined) return false;
      const number = finding.evidence.length - back + 1;
      const isOpen = back === 1 && finding.status === 'failed';
      const call = renderExchange(evidence, { number, isOpen, maxBytes: share });
      const bytes = Buffer.byteLength(call.toString());
      if (bytes > left) return false;
      left -= bytes;
      shown.set(finding, [call, ...(shown.get(finding) ?? [])]);
      return true;
    });
  }
  return new Map(
    findings.map((finding) => {
      const calls = shown.get(finding) ?? [];
      return [finding, { shown: calls, omitted: finding.evidence.length - calls.length }];
    }),
  );
}
