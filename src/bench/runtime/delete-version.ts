// Deletes one version for good, and says until when its lock stands in the way.
import type { ListedVersion, S3Answer, S3Call } from '../bench-context.ts';
import { describeAnswer } from './expect-success.ts';

export type Ask = (call: S3Call) => Promise<S3Answer>;

export interface Refused {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** Milliseconds since 1970. */
  readonly lockedUntilMs?: number;
  readonly reason: string;
}

const LEGAL_HOLD_OFF =
  '<LegalHold xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>OFF</Status></LegalHold>';

/** Undefined where it is gone. */
export async function deleteForGood(
  ask: Ask,
  bucket: string,
  { key, versionId, isMarker }: Pick<ListedVersion, 'key' | 'versionId' | 'isMarker'>,
): Promise<Refused | undefined> {
  const query = versionId === '' ? [] : [['versionId', versionId] as const];
  const remove = (headers: Readonly<Record<string, string>> = {}): Promise<S3Answer> =>
    ask({ method: 'DELETE', bucket, key, query, headers });
  const first = await remove();
  if (isGone(first)) return undefined;
  const refused = { bucket, key, versionId, reason: describeAnswer(first) };
  if (isMarker) return refused;

  const head = await ask({ method: 'HEAD', bucket, key, query });
  if (head.status === 404) return undefined;
  if (head.headers.get('x-amz-object-lock-legal-hold') === 'ON') {
    await ask({ method: 'PUT', bucket, key, query: [['legal-hold', ''], ...query], body: LEGAL_HOLD_OFF });
    if (isGone(await remove())) return undefined;
  }
  const isGovernance = head.headers.get('x-amz-object-lock-mode') === 'GOVERNANCE';
  if (isGovernance && isGone(await remove({ 'x-amz-bypass-governance-retention': 'true' }))) return undefined;
  const until = Date.parse(head.headers.get('x-amz-object-lock-retain-until-date') ?? '');
  return Number.isNaN(until) ? refused : { ...refused, lockedUntilMs: until };
}

function isGone({ status }: S3Answer): boolean {
  return (status >= 200 && status < 300) || status === 404;
}
