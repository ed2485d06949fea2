// PutObjectRetention in the shape that VBR sends and in that of the SDKs, and what a case needs before it locks anything.
import { createHash } from 'node:crypto';
import type { BenchContext, S3Answer } from '../../bench-context.ts';
import { textAt } from './answer-text.ts';

const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

export interface RetentionQuestion {
  readonly versionId?: string;
  /** How long from now the lock lasts. Negative for a date in the past. */
  readonly seconds: number;
  /** Whether the root says the S3 namespace: the SDKs do, VBR 12.3.2 did not (seaweedfs#7516). */
  readonly namespace: boolean;
}

/** The answer, whatever it is. */
export function putRetention(
  context: BenchContext,
  key: string,
  question: RetentionQuestion,
): Promise<S3Answer> {
  const body = retentionXml(context.now() + question.seconds * 1000, question.namespace);
  return context.call({
    method: 'PUT',
    key,
    query: [
      ['retention'],
      ...(question.versionId === undefined ? [] : [['versionId', question.versionId] as const]),
    ],
    headers: { 'content-md5': createHash('md5').update(body).digest('base64') },
    body,
  });
}

/** A COMPLIANCE lock until a time in milliseconds since 1970. */
export function retentionXml(untilMs: number, namespace: boolean): string {
  const attribute = namespace ? ` xmlns="${S3_NAMESPACE}"` : '';
  // Whole seconds, as all clients send them.
  const until = new Date(Math.ceil(untilMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return `<Retention${attribute}><Mode>COMPLIANCE</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
}

/** Skips the case where the bucket does not say that it has object lock; rows 33, 46 and 50 judge how it says so. */
export async function needObjectLock(context: BenchContext): Promise<void> {
  const answer = await context.call({ method: 'GET', query: [['object-lock']] });
  const enabled =
    answer.status === 200 &&
    textAt(context, context.xml(answer), 'ObjectLockConfiguration', 'ObjectLockEnabled') === 'Enabled';
  if (!enabled) {
    context.skip(
      'The bucket does not say that it has object lock (see row-46), so nothing can be locked in it.',
    );
  }
}
