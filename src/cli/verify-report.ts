// What a check of embedded stores found, as a table and as JSON.
import { filePath } from '../store/files/file-paths.ts';
import type { Finding } from '../store/verify/finding.ts';
import type { VerifyProgress } from '../store/verify/verify-store.ts';
import { formatBytes, renderTable } from './table.ts';

/** One store after its check. */
export interface VerifiedStore {
  readonly dataDirectory: string;
  readonly sums: VerifyProgress;
  readonly findings: readonly Finding[];
}

/** A line each is of no more use beyond this many; `--json` has them all. */
const MOST_ROWS = 1_000;

export function verifyReport(stores: readonly VerifiedStore[]): string {
  return stores.map(storeReport).join('\n');
}

/** Byte counts as text: they may be beyond what a JSON number holds. */
export function verifyJson(stores: readonly VerifiedStore[]): string {
  const rows = stores.map(({ dataDirectory, sums, findings }) => ({
    dataDirectory,
    isSound: findings.length === 0,
    bodies: sums.bodies,
    bytes: String(sums.bytes),
    findings,
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}

export function progressText(dataDirectory: string, { bodies, bytes, findings }: VerifyProgress): string {
  return `${dataDirectory}: ${bodies} bodies, ${formatBytes(bytes)} read, ${counted(findings)}`;
}

function storeReport({ dataDirectory, sums, findings }: VerifiedStore): string {
  const read = `${sums.bodies} bodies, ${formatBytes(sums.bytes)} read`;
  if (findings.length === 0) return `${dataDirectory}: sound (${read})\n`;
  const table = renderTable<Finding>(
    [
      { title: 'DAMAGED', text: kindOf },
      { title: 'BUCKET', text: (finding) => printable(versionOf(finding)?.bucket ?? '-') },
      { title: 'KEY', text: (finding) => printable(versionOf(finding)?.key ?? partText(finding)) },
      { title: 'VERSION', text: (finding) => versionOf(finding)?.versionId ?? '-' },
      { title: 'FILE', text: fileText },
      {
        title: 'WHAT',
        text: (finding) => (finding.kind === 'unknown-file' ? UNKNOWN : printable(finding.what)),
      },
    ],
    findings.slice(0, MOST_ROWS),
  );
  const more = findings.length - MOST_ROWS;
  const rest = more > 0 ? `… and ${more} more; --json shows all.\n` : '';
  return `${dataDirectory}: ${counted(findings.length)} (${read})\n${table}${rest}`;
}

const UNKNOWN = 'the database does not know this file';

function kindOf(finding: Finding): string {
  switch (finding.kind) {
    case 'database':
      return 'database';
    case 'unknown-file':
      return 'file';
    case 'body':
      return finding.owner.kind === 'version' ? 'object' : 'part';
  }
}

function versionOf(finding: Finding) {
  return finding.kind === 'body' && finding.owner.kind === 'version' ? finding.owner : undefined;
}

function partText(finding: Finding): string {
  if (finding.kind !== 'body' || finding.owner.kind !== 'part') return '-';
  const { uploadRowId, partNumber } = finding.owner;
  return `part ${partNumber} of upload ${uploadRowId}`;
}

function fileText(finding: Finding): string {
  switch (finding.kind) {
    case 'database':
      return 'store.db';
    case 'unknown-file':
      return printable(finding.path);
    case 'body':
      return finding.fileId === undefined ? 'store.db' : filePath('objects', finding.fileId);
  }
}

/** Keys may hold what moves a terminal's cursor. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => {
    return `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

function counted(findings: number): string {
  return `${findings} finding${findings === 1 ? '' : 's'}`;
}
