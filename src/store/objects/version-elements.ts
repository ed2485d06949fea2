// What documents say of a version.
import { xmlElement } from '../../s3/xml-text.ts';
import type { StoredChecksum } from '../database/rows.ts';

/** With milliseconds, in UTC, as S3 writes dates in documents. */
export function iso8601(ms: number): string {
  return new Date(ms).toISOString();
}

/** `<ChecksumCRC32>…</ChecksumCRC32><ChecksumType>…</ChecksumType>`; nothing where there is none. */
export function checksumElements(checksum: StoredChecksum | undefined): string {
  if (checksum === undefined) return '';
  const { algorithm, value, type } = checksum;
  return `${xmlElement(`Checksum${algorithm}`, value)}${xmlElement('ChecksumType', type)}`;
}
