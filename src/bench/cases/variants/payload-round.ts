// One round of a client's life (put, lock, read, list, delete) with each call in the same shape.
import type { BenchContext, ClientVariant, S3Answer, S3Call } from '../../bench-context.ts';
import { expectStatus } from '../expect-status.ts';
import { textAt } from '../rows/answer-text.ts';
import { multiDeleteXml } from '../rows/multi-delete-call.ts';
import { needObjectLock } from '../rows/retention-call.ts';
import { expectLocked, lockVersion } from '../sequences/lock-version.ts';
import { blockKey, blocksFolder } from '../veeam-layout.ts';

const BYTES = 200_000;
const LOCK_SECONDS = 10;

export async function runRound(context: BenchContext, variant: ClientVariant): Promise<void> {
  const call = (each: S3Call): Promise<S3Answer> => context.call({ ...each, variant });
  await needObjectLock(context);
  const body = context.bytes(BYTES, 'variant');
  const [locked, plain, more] = [0, 1, 2].map((n) => blockKey(context.prefix, n)) as [string, string, string];

  const { versionId } = await context.put(locked, body, { variant, lockSeconds: LOCK_SECONDS });
  const read = expectStatus(context, await call({ method: 'GET', key: locked }), 'GET of a block', 200);
  if (!read.body.equals(body)) {
    context.fail(`The block reads ${read.body.length} bytes that are not the ${BYTES} that were written.`);
  }
  const encoding = read.headers.get('content-encoding') ?? '';
  if (encoding.includes('aws-chunked'))
    context.fail('GET says Content-Encoding aws-chunked, which is of the transfer alone.');
  const untilMs = context.now() + (LOCK_SECONDS + 5) * 1000;
  await lockVersion(context, { key: locked, versionId }, untilMs, variant);
  await expectLocked(context, { key: locked, versionId }, untilMs, variant);

  const { versionId: plainVersion } = await context.put(plain, body, { variant });
  await context.put(more, '', { variant });
  await expectListed(context, call, [locked, plain, more]);
  const removed = await call({ method: 'DELETE', key: plain, query: [['versionId', plainVersion]] });
  expectStatus(context, removed, 'DELETE of a version', 204, 200);
  const many = await call({ method: 'POST', query: [['delete']], body: multiDeleteXml([{ key: more }]) });
  expectStatus(context, many, 'DeleteObjects', 200);
  const failed = context.list(context.xml(many), 'DeleteResult', 'Error')[0];
  if (failed !== undefined) context.fail(`DeleteObjects gave the error ${textAt(context, failed, 'Code')}.`);
  await expectListed(context, call, [locked]);
}

async function expectListed(
  context: BenchContext,
  call: (each: S3Call) => Promise<S3Answer>,
  wanted: readonly string[],
): Promise<void> {
  const answer = await call({
    method: 'GET',
    query: [
      ['list-type', '2'],
      ['prefix', blocksFolder(context.prefix)],
    ],
  });
  expectStatus(context, answer, 'ListObjectsV2', 200);
  const listed = context
    .list(context.xml(answer), 'ListBucketResult', 'Contents')
    .map((entry) => textAt(context, entry, 'Key') ?? '');
  if (listed.toSorted().join() !== wanted.toSorted().join()) {
    context.fail(`ListObjectsV2 holds ${listed.length} keys; ${wanted.length} are there.`);
  }
}
