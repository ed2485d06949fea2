// ListBuckets: what the backends have, less what the caller may not see and what no rule leads to.
import type { Caller } from '../access/authorized-request.ts';
import type { Backend } from '../backend/backend.ts';
import { type BucketEntry, type BucketList, parseBucketList, renderBucketList } from '../s3/bucket-list.ts';
import { S3Error } from '../s3/error.ts';
import type { S3Request } from '../s3/request.ts';
import { type BucketRule, ruleFor } from './bucket-rules.ts';
import type { OwnAnswer } from './respond.ts';

const MAX_BUCKETS = 10_000;

/** Asks every backend; one that fails fails the whole, since half a list would look like lost buckets. */
export async function answerBucketList(
  request: S3Request,
  caller: Caller,
  rules: readonly BucketRule[],
): Promise<OwnAnswer> {
  const query = queryOf(request);
  const backends = [...new Set(rules.map((rule) => rule.backend))];
  const lists = await Promise.all(backends.map((backend) => visible(backend, caller, rules)));
  const [first] = lists;
  const body = renderBucketList(
    {
      ownerId: first?.ownerId ?? '',
      ownerName: first?.ownerName ?? '',
      buckets: lists.flatMap((list) => list.buckets),
    },
    query,
  );
  const headers = [
    ['Content-Type', 'application/xml'],
    ['Content-Length', String(body.length)],
  ] as const;
  return { status: 200, headers, body: request.head.method === 'HEAD' ? undefined : body };
}

async function visible(backend: Backend, caller: Caller, rules: readonly BucketRule[]): Promise<BucketList> {
  const { head, body } = await backend.call({ method: 'GET', bucket: '', rawQuery: '' });
  const list = head.status === 200 ? parseBucketList(body) : undefined;
  if (list === undefined) {
    throw new S3Error('ServiceUnavailable', {
      reason: `backend ${backend.name} answered ListBuckets with status ${head.status}`,
    });
  }
  const seen = ({ name }: BucketEntry): boolean =>
    caller.mayAccess(name) && ruleFor(rules, name)?.backend === backend;
  return { ...list, buckets: list.buckets.filter(seen) };
}

function queryOf(request: S3Request): Parameters<typeof renderBucketList>[1] {
  const value = (name: string): string =>
    request.query.find((parameter) => parameter.name === name)?.value ?? '';
  const maxBuckets = value('max-buckets');
  if (
    maxBuckets !== '' &&
    (!/^\d{1,5}$/.test(maxBuckets) || Number(maxBuckets) < 1 || Number(maxBuckets) > MAX_BUCKETS)
  ) {
    throw new S3Error('InvalidArgument', {
      message: `max-buckets must be between 1 and ${MAX_BUCKETS}.`,
      details: { ArgumentName: 'max-buckets', ArgumentValue: maxBuckets },
    });
  }
  return {
    prefix: value('prefix'),
    continuationToken: value('continuation-token'),
    maxBuckets: maxBuckets === '' ? MAX_BUCKETS : Number(maxBuckets),
  };
}
