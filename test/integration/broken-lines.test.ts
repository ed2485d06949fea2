// Lines that break: what one side loses the other must learn of, and nothing half-done may look whole.

import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { elementOf, RawConnection } from '../support/raw-http.ts';
import { headBytes, requestBytes, signed } from '../support/raw-sigv4.ts';
import { ask, inputFor, rawTargetOf } from '../support/raw-target.ts';
import { bucketName } from '../support/s3-clients.ts';
import { outcomeOf } from '../support/same-answer.ts';
import { describeOnEachStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';

const MIB = 1024 * 1024;

describeOnEachStore('broken lines', (store) => {
  // Each worker keeps lines of its own to the store, and a client does not choose its worker.
  const at = useGateway(store, { config: { workers: 1 } });
  const Bucket = bucketName('broken');
  const big = bodyOf('big', 64 * MIB);
  const target = () => rawTargetOf(at.gateway);
  const request = (method: string, key: string, body: Buffer | string = '') =>
    signed(inputFor(target(), { method, target: `/${Bucket}/${key}`, body }));
  const open = () => RawConnection.open({ host: target().hostName, port: target().port });
  const atStore = (Key: string) => outcomeOf(at.direct.send(new GetObjectCommand({ Bucket, Key })));

  beforeAll(async () => {
    await at.client.send(new CreateBucketCommand({ Bucket }));
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'small' }));
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'big', Body: big }));
  });
  afterEach(async () => {
    at.tap.restore();
    // Whatever broke, the gateway goes on.
    expect(await outcomeOf(at.client.send(new GetObjectCommand({ Bucket, Key: 'small' })))).toMatchObject({
      Body: sha256('small'),
    });
  });

  test.each(['reset', 'closed'])(
    'a client that is gone in the middle of an upload (%s) leaves no object',
    async (how) => {
      const body = big.subarray(0, 8 * MIB);
      const put = request('PUT', `upload-${how}`, body);
      await using connection = await open();
      at.tap.forget();
      await connection.send(headBytes(put));
      await connection.send(body.subarray(0, 4 * MIB));
      await waitFor(() => at.tap.bytesToStore > MIB, { what: 'the upload to reach the store' });
      const before = at.tap.openConnections;
      if (how === 'reset') connection.drop();
      else connection.socket.end();
      await waitFor(() => at.tap.openConnections < before, {
        what: 'the line to the store to be cut',
        timeoutMs: 5000,
      });
      await sleep(500);
      expect(await atStore(`upload-${how}`)).toMatchObject({ status: 404 });
    },
  );

  test('a client that is gone in the middle of a download frees the store', async () => {
    await using connection = await open();
    at.tap.forget();
    await connection.send(headBytes(request('GET', 'big')));
    await waitFor(() => at.tap.bytesFromStore > MIB, { what: 'the download to begin' });
    connection.socket.pause();
    const before = at.tap.openConnections;
    connection.drop();
    await waitFor(() => at.tap.openConnections < before, {
      what: 'the line to the store to be cut',
      timeoutMs: 5000,
    });
    expect(at.tap.bytesFromStore).toBeLessThan(60 * MIB);
  });

  test('a client that does not read holds the store back', async () => {
    await using connection = await open();
    at.tap.forget();
    await connection.send(headBytes(request('GET', 'big')));
    connection.socket.pause();
    await waitFor(() => at.tap.bytesFromStore > MIB, { what: 'the download to begin' });
    await sleep(1000);
    expect(at.tap.bytesFromStore).toBeLessThan(48 * MIB);
    connection.socket.resume();
    const answer = await connection.answer();
    expect([answer.truncated, sha256(answer.body)]).toEqual([false, sha256(big)]);
  });

  test('a store that dies in the middle of a download: a broken body, not a short success', async () => {
    await using connection = await open();
    at.tap.cutAfterFromStore(4 * MIB);
    await connection.send(headBytes(request('GET', 'big')));
    const answer = await connection.answer();
    expect(answer.status).toBe(200);
    expect(answer.truncated).toBe(true);
    expect(answer.body.length).toBeLessThan(big.length);
    expect(Buffer.compare(answer.body, big.subarray(0, answer.body.length))).toBe(0);
  });

  test('a store that dies in the middle of an upload: an error, not a success', async () => {
    const body = big.subarray(0, 8 * MIB);
    const put = request('PUT', 'upload-dies', body);
    await using connection = await open();
    at.tap.forget();
    await connection.send(headBytes(put));
    await connection.send(body.subarray(0, 4 * MIB));
    await waitFor(() => at.tap.bytesToStore > MIB, { what: 'the upload to reach the store' });
    at.tap.breakLines();
    const answer = await connection.answer('PUT').catch(() => undefined);
    expect(answer === undefined || answer.status >= 500).toBe(true);
    expect(await connection.closes()).toBe(true);
    expect(await atStore('upload-dies')).toMatchObject({ status: 404 });
  });

  test('a store that cannot be reached is 503, as S3 tells it', async () => {
    at.tap.cutOff();
    const answer = await ask(target(), { method: 'GET', target: `/${Bucket}/small` });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([503, 'ServiceUnavailable']);
    expect((await fetch(`${at.gateway.adminUrl}/healthz`)).status).toBe(200);
    await waitFor(async () => (await fetch(`${at.gateway.adminUrl}/readyz`)).status === 503, {
      what: 'the gateway to say it is not ready',
      timeoutMs: 15_000,
    });
    at.tap.restore();
    await waitFor(async () => (await fetch(`${at.gateway.adminUrl}/readyz`)).ok, {
      what: 'the gateway to be ready again',
      timeoutMs: 15_000,
    });
  });

  test('idle connections to the store that were closed are not used', async () => {
    await ask(target(), { method: 'GET', target: `/${Bucket}/small` });
    at.tap.breakLines();
    const answer = await ask(target(), { method: 'GET', target: `/${Bucket}/small` });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'small']);
  });

  test.each(['GET', 'HEAD'])(
    'a pooled connection that turns out dead is replaced once: %s',
    async (method) => {
      await ask(target(), { method: 'GET', target: `/${Bucket}/small` });
      at.tap.ambush();
      at.tap.forget();
      const answer = await ask(target(), { method, target: `/${Bucket}/small` });
      expect(answer.status).toBe(200);
      expect(at.tap.connections).toBe(1);
    },
  );

  test('a call that changes something is not sent twice: the client is told to try again', async () => {
    await ask(target(), { method: 'GET', target: `/${Bucket}/small` });
    at.tap.ambush();
    at.tap.forget();
    const answer = await ask(target(), { method: 'DELETE', target: `/${Bucket}/nothing` });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([503, 'ServiceUnavailable']);
    expect(at.tap.connections).toBe(0);
  });

  test('a body that is not what was signed is no object', async () => {
    const put = request('PUT', 'swapped', 'the signed body');
    await using connection = await open();
    await connection.send(requestBytes({ ...put, body: Buffer.from('another body 15') }));
    const answer = await connection.answer('PUT');
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'XAmzContentSHA256Mismatch']);
    expect(await atStore('swapped')).toMatchObject({ status: 404 });
  });
});
