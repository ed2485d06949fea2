// What s3-walk makes of a store that is busy, broken or refuses.
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { waitFor } from '../../support/wait.ts';
import {
  HOUR_MS,
  LITTLE_SUM,
  noPause,
  numbered,
  patience,
  sumTo,
  usedOf,
  useListedStore,
} from './s3-walk-fixture.ts';
import { errorReply, startListingStandIn } from './s3-walk-stand-in.ts';
import { unknownMessage } from './store-stand-in.ts';

const at = useListedStore();

describe('s3-walk and a store that fails', () => {
  const busy = (times: number) => {
    let left = times;
    return () => {
      left -= 1;
      return left >= 0 ? errorReply(503, 'SlowDown') : undefined;
    };
  };

  it('waits ever longer while the store is busy, and counts all once', async () => {
    const pauses: number[] = [];
    at.store.buckets.set('b', { versions: numbered(30), uploads: [] });
    at.store.instead = busy(7);
    const sleep = async (ms: number, signal: AbortSignal) => {
      if (ms > 100) pauses.push(ms);
      await noPause(ms, signal);
    };
    expect((await usedOf(at.walker({ pageSize: 10, sleep })))?.bytes).toBe(sumTo(30));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
  });

  it('gives up after eight answers that are no use, and goes on from there half a minute later', async () => {
    at.store.buckets.set('b', { versions: numbered(30), uploads: [] });
    at.store.instead = (target) => (target.includes('k00019') ? errorReply(503, 'SlowDown') : undefined);
    const provider = at.walker({ pageSize: 10 });
    const message = await unknownMessage(provider.measure('b', patience()));
    expect(message).toBe(`asked ${at.store.url}/b for the versions of bucket b: answered 503 SlowDown`);
    expect(at.store.targets).toHaveLength(2 + 8);
    expect(provider.progress()).toMatchObject([
      { state: 'failed', trouble: message, current: { objects: 20 } },
    ]);
    at.store.instead = () => undefined;
    at.nowMs += 29_999;
    expect(await unknownMessage(provider.measure('b', patience()))).toBe(message);
    expect(at.store.targets).toHaveLength(2 + 8);
    at.nowMs += 1;
    expect((await usedOf(provider))?.bytes).toBe(sumTo(30));
    expect(at.store.targets).toHaveLength(2 + 8 + 2);
  });

  it('tells what the latest answer was', async () => {
    at.store.instead = () => errorReply(500, 'InternalError');
    const asleep = (_ms: number, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const provider = at.walker({ sleep: asleep });
    const gaveUp = new AbortController();
    const measured = unknownMessage(provider.measure('b', gaveUp.signal));
    await waitFor(() => provider.progress()[0]?.trouble, { what: 'the answer' });
    gaveUp.abort();
    expect(await measured).toMatch(
      /it has just begun; the latest answer was no use: .* answered 500 InternalError$/,
    );
  });

  it('asks again where no answer comes in time', async () => {
    let asked = 0;
    at.store.instead = () => {
      asked += 1;
      return asked === 1 ? 'hang' : undefined;
    };
    expect((await usedOf(at.walker({ requestTimeoutMs: 50 })))?.bytes).toBe(LITTLE_SUM + 23n);
  });

  it('asks the next endpoint where one does not answer', async () => {
    const gone = await startListingStandIn();
    await gone.close();
    expect((await usedOf(at.walker({ endpoints: [gone.url, at.store.url] })))?.bytes).toBe(LITTLE_SUM + 23n);
  });

  const versions = (content: string) => ({ body: `<ListVersionsResult>${content}</ListVersionsResult>` });
  const truncated = '<IsTruncated>true</IsTruncated>';
  it.each([
    ['no XML', { body: 'busy, come back later' }, 'answered no XML'],
    ['half an answer', { body: '<ListVersionsResult><IsTruncated>fal' }, 'answered XML that is cut off'],
    ['another document', { body: '<html></html>' }, 'answered <html>, not <ListVersionsResult>'],
    [
      'an error that says 200',
      { body: errorReply(200, 'InternalError').body },
      'answered an error (InternalError)',
    ],
    ['no end and no marker', versions(truncated), 'goes on but does not say where'],
    ['no word of an end', versions(''), 'does not say whether it is whole'],
    [
      'a size below zero',
      versions('<Version><Size>-1</Size></Version>'),
      'answered a size that is none (-1)',
    ],
    ['no size', versions('<Version><Key>a</Key></Version>'), 'answered a size that is none ()'],
    ['a refusal', errorReply(403, 'AccessDenied'), 'answered 403 AccessDenied'],
    ['a redirection', errorReply(301, 'PermanentRedirect'), 'answered 301 PermanentRedirect'],
  ])('takes %s for no answer', async (_name, reply, why) => {
    at.store.instead = () => reply;
    const message = await unknownMessage(at.walker().measure('b', patience()));
    expect(message).toContain(`asked ${at.store.url}/b for the versions of bucket b: `);
    expect(message).toContain(why);
  });

  it.each([1, 2, 3, 7])('ends where the pages go in a circle of %i', async (length) => {
    let page = 0;
    at.store.instead = () => {
      page += 1;
      const next = `<NextKeyMarker>k${page % length}</NextKeyMarker>`;
      return versions(`${truncated}${next}<Version><Key>k</Key><Size>1</Size></Version>`);
    };
    expect(await unknownMessage(at.walker().measure('b', patience()))).toContain('go in a circle');
  });

  it('does not take uploads for counted whose parts the store cannot list', async () => {
    at.store.instead = (target) =>
      target.includes('uploadId') ? errorReply(501, 'NotImplemented') : undefined;
    expect(await unknownMessage(at.walker().measure('b', patience()))).toContain(
      'answered 501 NotImplemented',
    );
  });

  it('ends where the pages of parts go in a circle', async () => {
    const next = '<NextPartNumberMarker>2</NextPartNumberMarker>';
    at.store.instead = (target) =>
      target.includes('uploadId')
        ? { body: `<ListPartsResult>${truncated}${next}</ListPartsResult>` }
        : undefined;
    expect(await unknownMessage(at.walker().measure('b', patience()))).toContain('go in a circle');
  });

  it('keeps the last sum while new counts fail, and forgets that of a bucket that is gone', async () => {
    const provider = at.walker();
    const used = await usedOf(provider);
    at.store.instead = () => errorReply(403, 'AccessDenied');
    at.nowMs += 6 * HOUR_MS;
    await usedOf(provider);
    await waitFor(() => provider.progress()[0]?.state === 'failed', { what: 'the refusal' });
    expect(await usedOf(provider)).toEqual(used);

    at.store.instead = () => undefined;
    at.store.buckets.delete('b');
    at.nowMs += 30_000;
    await usedOf(provider);
    await waitFor(() => provider.progress().length === 0, { what: 'the bucket to be forgotten' });
    expect(await unknownMessage(provider.measure('b', patience()))).toContain('answered 404 NoSuchBucket');
  });

  it('never says its secret', async () => {
    at.store.instead = () => errorReply(403, 'AccessDenied');
    const provider = at.walker({ secret: new Secret('do-not-tell') });
    expect(await unknownMessage(provider.measure('b', patience()))).not.toContain('do-not-tell');
    expect(JSON.stringify(provider.progress())).not.toContain('do-not-tell');
  });
});
