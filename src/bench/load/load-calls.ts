// The calls of a load run in the shapes that Veeam sends.
import { createHash } from 'node:crypto';
import type { ListedVersion, S3Answer, S3Call } from '../bench-context.ts';
import { childrenOf, parseXml, textOf } from '../runtime/xml-tree.ts';

/** In whole seconds: not every store reads fractions. */
function lockEnd(untilMs: number): string {
  return new Date(Math.ceil(untilMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** `lockedUntilMs`: a COMPLIANCE lock, milliseconds since 1970. */
export function putBlock(key: string, body: Buffer, lockedUntilMs: number | undefined): S3Call {
  if (lockedUntilMs === undefined) return { method: 'PUT', key, body };
  const headers = {
    'x-amz-object-lock-mode': 'COMPLIANCE',
    'x-amz-object-lock-retain-until-date': lockEnd(lockedUntilMs),
  };
  return { method: 'PUT', key, body, headers };
}

/** The whole block, by its range. */
export function readBlock(key: string, bytes: number): S3Call {
  return { method: 'GET', key, headers: { range: `bytes=0-${bytes - 1}` } };
}

type Version = Pick<ListedVersion, 'key' | 'versionId'>;

/** PutObjectRetention. VBR's root has no namespace (seaweedfs#7516, VBR 12.3.2). */
export function extendLock({ key, versionId }: Version, untilMs: number): S3Call {
  const body = `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${lockEnd(untilMs)}</RetainUntilDate></Retention>`;
  return {
    method: 'PUT',
    key,
    query: [['retention'], ...(versionId === '' ? [] : [['versionId', versionId] as const])],
    headers: { 'content-type': 'application/xml' },
    body,
  };
}

/** DeleteObjects; the answer names only what could not be deleted. */
export function deleteVersions(versions: readonly Version[]): S3Call {
  const objects = versions.map(({ key, versionId }) => {
    const version = versionId === '' ? '' : `<VersionId>${escapeXml(versionId)}</VersionId>`;
    return `<Object><Key>${escapeXml(key)}</Key>${version}</Object>`;
  });
  const body = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects.join('')}</Delete>`;
  const md5 = createHash('md5').update(body).digest('base64');
  return {
    method: 'POST',
    query: [['delete']],
    headers: { 'content-type': 'application/xml', 'content-md5': md5 },
    body,
  };
}

export interface DeleteRefusal {
  readonly key: string;
  readonly versionId: string;
  readonly code: string;
}

/** What the answer says could not be deleted. Throws an Error where it is no such answer. */
export function refusalsIn({ body }: S3Answer): readonly DeleteRefusal[] {
  const root = parseXml(body.toString('utf8'));
  if (root.name !== 'DeleteResult') throw new Error(`the root is <${root.name}>, not <DeleteResult>`);
  return childrenOf(root, 'Error').map((each) => ({
    key: textOf(each, 'Key') ?? '',
    versionId: textOf(each, 'VersionId') ?? '',
    code: textOf(each, 'Code') ?? 'an error without a code',
  }));
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
