// Names of header fields that need no look at each of their letters, as clients and stores write them: MinIO, Ceph RGW, the AWS SDKs.
// Compared where they stand: to cut a name out and look it up took 80 ns, this takes 30 (Node 24.21, measured 2026-11).
import type { FieldName } from './header-list.ts';

const WRITTEN = [
  'Accept',
  'Accept-Encoding',
  'Accept-Ranges',
  'Amz-Sdk-Invocation-Id',
  'Amz-Sdk-Request',
  'Authorization',
  'Connection',
  'Content-Length',
  'Content-MD5',
  'Content-Security-Policy',
  'Content-Type',
  'Date',
  'ETag',
  'Expect',
  'Host',
  'Last-Modified',
  'Range',
  'Server',
  'Strict-Transport-Security',
  'Transfer-Encoding',
  'User-Agent',
  'Vary',
  'X-Amz-Checksum-Crc32',
  'X-Amz-Checksum-Mode',
  'X-Amz-Content-SHA256',
  'X-Amz-Content-Sha256',
  'X-Amz-Date',
  'X-Amz-Id-2',
  'X-Amz-Request-Id',
  'X-Amz-Sdk-Checksum-Algorithm',
  'X-Amz-User-Agent',
  'X-Amz-Version-Id',
  'X-Content-Type-Options',
  'X-Ratelimit-Limit',
  'X-Ratelimit-Remaining',
  'X-Rgw-Object-Type',
  'X-Xss-Protection',
];

const BY_LENGTH: readonly (readonly FieldName[])[] = byLength();

/** The one that stands in `text` from there to there. */
export function commonNameAt(text: string, from: number, to: number): FieldName | undefined {
  const ofThatLength = BY_LENGTH[to - from];
  if (ofThatLength === undefined) return undefined;
  for (const common of ofThatLength) if (text.startsWith(common.rawName, from)) return common;
  return undefined;
}

function byLength(): readonly (readonly FieldName[])[] {
  const rawNames = [...new Set(WRITTEN.flatMap((written) => [written.toLowerCase(), written]))];
  const longest = Math.max(...rawNames.map(({ length }) => length));
  return Array.from({ length: longest + 1 }, (_, length) =>
    rawNames
      .filter((rawName) => rawName.length === length)
      .map((rawName) => ({ rawName, name: rawName.toLowerCase() })),
  );
}
