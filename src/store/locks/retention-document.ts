// `<Retention>` and `<LegalHold>` (Amazon S3 API Reference, PutObjectRetention and PutObjectLegalHold).
import { S3Error } from '../../s3/error.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import type { ObjectLock } from '../database/rows.ts';
import { childrenOf, parseDocument, textOf } from '../objects/document.ts';
import { isRetentionMode } from './lock-rules.ts';
import { formatRetainUntil, parseRetainUntil } from './retain-until.ts';

/** Undefined for an empty `<Retention/>`: no retention any more. Throws MalformedXML. */
export function parseRetention(body: Buffer): ObjectLock['retention'] {
  const children = childrenOf(parseDocument(body, 'Retention'), ['Mode', 'RetainUntilDate']);
  const mode = textOf(children, 'Mode');
  const until = textOf(children, 'RetainUntilDate');
  if (mode === undefined && until === undefined) return undefined;
  if (!isRetentionMode(mode)) throw malformed('Mode is neither GOVERNANCE nor COMPLIANCE');
  const untilMs = until === undefined ? undefined : parseRetainUntil(until.trim());
  if (untilMs === undefined) throw malformed('RetainUntilDate is no ISO 8601 date');
  return { mode, untilMs };
}

/** The children of `<Retention>`. */
export function renderRetention({ mode, untilMs }: NonNullable<ObjectLock['retention']>): string {
  return `${xmlElement('Mode', mode)}${xmlElement('RetainUntilDate', formatRetainUntil(untilMs))}`;
}

/** Whether the hold is on. Throws MalformedXML. */
export function parseLegalHold(body: Buffer): boolean {
  const status = textOf(childrenOf(parseDocument(body, 'LegalHold'), ['Status']), 'Status');
  if (status === 'ON' || status === 'OFF') return status === 'ON';
  throw malformed('Status is neither ON nor OFF');
}

function malformed(reason: string): S3Error {
  return new S3Error('MalformedXML', { reason });
}
