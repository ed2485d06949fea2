// PutObjectRetention as VBR sends it, without a namespace on its root (seaweedfs#7516), and its reading back.
import type { BenchContext, ClientVariant } from '../../bench-context.ts';
import { expectStatus } from '../expect-status.ts';
import { textAt } from '../rows/answer-text.ts';
import { retentionXml } from '../rows/retention-call.ts';

export interface VersionToLock {
  readonly key: string;
  readonly versionId: string;
}

/** `untilMs`: milliseconds since 1970. Fails the case unless it is taken. */
export async function lockVersion(
  context: BenchContext,
  { key, versionId }: VersionToLock,
  untilMs: number,
  variant?: Partial<ClientVariant>,
): Promise<void> {
  const answer = await context.call({
    method: 'PUT',
    key,
    query: [['retention'], ['versionId', versionId]],
    headers: { 'content-type': 'application/xml' },
    body: retentionXml(untilMs, false),
    ...(variant === undefined ? {} : { variant }),
  });
  expectStatus(context, answer, `PutObjectRetention of ${key}`, 200);
}

/** Fails the case unless the version is locked in COMPLIANCE until that second. */
export async function expectLocked(
  context: BenchContext,
  { key, versionId }: VersionToLock,
  untilMs: number,
  variant?: Partial<ClientVariant>,
): Promise<void> {
  const answer = await context.call({
    method: 'GET',
    key,
    query: [['retention'], ['versionId', versionId]],
    ...(variant === undefined ? {} : { variant }),
  });
  expectStatus(context, answer, `GET ?retention of ${key}`, 200);
  const document = context.xml(answer);
  const mode = textAt(context, document, 'Retention', 'Mode');
  const until = textAt(context, document, 'Retention', 'RetainUntilDate');
  if (!isLockUntil(mode, until, untilMs)) {
    const set = new Date(untilMs).toISOString();
    context.fail(
      `GET ?retention of ${key} says ${mode ?? 'no mode'} until ${until ?? 'no date'}; COMPLIANCE until ${set} was set.`,
    );
  }
}

/** Whether mode and date, as a store says them, are a COMPLIANCE lock until that second. */
export function isLockUntil(mode: string | undefined, until: string | undefined, untilMs: number): boolean {
  const wanted = Math.ceil(untilMs / 1000) * 1000;
  return mode === 'COMPLIANCE' && until !== undefined && Math.abs(Date.parse(until) - wanted) < 1000;
}
