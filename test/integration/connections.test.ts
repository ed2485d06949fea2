// Connections to the gateway: many requests on one, waiting for leave to send, and the end of the process.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { elementOf, RawConnection } from '../support/raw-http.ts';
import { headBytes, requestBytes, type SigningInput, signed } from '../support/raw-sigv4.ts';
import { inputFor, rawTargetOf } from '../support/raw-target.ts';
import { bucketName, sdk } from '../support/s3-clients.ts';
import { describeOnEachStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';

const MIB = 1024 * 1024;

describeOnEachStore('connections', (store) => {
  const at = useGateway(store);
  const bucket = bucketName('connections');
  const request = (
    more: Omit<SigningInput, 'host' | 'credentials'> & Partial<SigningInput>,
    of = at.gateway,
  ) => signed(inputFor(rawTargetOf(of), more));
  const open = (of = at.gateway) => RawConnection.open({ host: of.s3.host, port: of.s3.port });
  const bodies = new Map(
    [0, 1, 2, 3, 4].map((index) => [`k${index}`, bodyOf(`k${index}`, 300_000 / (index + 1))]),
  );

  beforeAll(async () => {
    await at.client.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const [Key, Body] of bodies)
      await at.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  });

  test('pipelined requests are answered in order', async () => {
    await using connection = await open();
    const all = [...bodies.keys()].map((key) =>
      requestBytes(request({ method: 'GET', target: `/${bucket}/${key}` })),
    );
    await connection.send(Buffer.concat(all));
    for (const body of bodies.values()) {
      const answer = await connection.answer();
      expect([answer.status, sha256(answer.body)]).toEqual([200, sha256(body)]);
    }
  });

  test('uploads, errors, virtual documents and downloads share a connection', async () => {
    await using connection = await open();
    const capacity = `/${bucket}/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml`;
    for (const [more, status] of [
      [{ method: 'PUT', target: `/${bucket}/new`, body: 'new' }, 200],
      [{ method: 'GET', target: `/${bucket}/absent` }, 404],
      [{ method: 'GET', target: capacity }, 200],
      [{ method: 'HEAD', target: `/${bucket}/new` }, 200],
      [{ method: 'GET', target: `/${bucket}/new`, headers: { range: 'bytes=1-1' } }, 206],
      [{ method: 'DELETE', target: `/${bucket}/new` }, 204],
      [{ method: 'PUT', target: `/${bucket}/empty`, body: '' }, 200],
      [{ method: 'GET', target: `/${bucket}/empty` }, 200],
    ] as const) {
      await connection.send(requestBytes(request(more)));
      expect([more, (await connection.answer(more.method)).status]).toEqual([more, status]);
    }
    expect(connection.pending).toHaveLength(0);
  });

  test('100 Continue comes after the signature was found good', async () => {
    await using connection = await open();
    const put = request({
      method: 'PUT',
      target: `/${bucket}/waited`,
      body: 'waited',
      headers: { expect: '100-continue' },
    });
    await connection.send(headBytes(put));
    expect((await connection.answer('PUT')).status).toBe(100);
    await connection.send(put.body);
    expect((await connection.answer('PUT')).status).toBe(200);
  });

  test('and not where it was found bad', async () => {
    at.tap.forget();
    await using connection = await open();
    const credentials = { ...at.gateway.credentials, secretAccessKey: 'wrong' };
    const put = request({
      method: 'PUT',
      target: `/${bucket}/waited`,
      body: 'x',
      credentials,
      unsignedHeaders: { expect: '100-continue' },
    });
    await connection.send(headBytes(put));
    const answer = await connection.answer('PUT');
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(at.tap.bytesToStore).toBe(0);
  });

  test('a refused upload does not wait for its body, and the rest of it is no request', async () => {
    at.tap.forget();
    await using connection = await open();
    const credentials = { ...at.gateway.credentials, secretAccessKey: 'wrong' };
    const inner = requestBytes(request({ method: 'DELETE', target: `/${bucket}/k0` }));
    const put = request({ method: 'PUT', target: `/${bucket}/x`, body: inner, credentials });
    await connection.send(requestBytes(put));
    expect((await connection.answer('PUT')).status).toBe(403);
    await connection.closes(1000);
    expect(connection.pending.toString()).not.toContain('HTTP/1.1 204');
    expect(at.tap.bytesToStore).toBe(0);
  });

  test.each([
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n', 400, 'BadRequest'],
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', 400, 'BadRequest'],
    ['an unknown coding', 'Transfer-Encoding: gzip, chunked\r\n', 501, 'NotImplemented'],
    ['a folded line', 'X-Folded: a\r\n b\r\n', 400, 'BadRequest'],
    ['a space before the colon', 'Content-Length : 4\r\n', 400, 'BadRequest'],
    ['a bare line feed', 'X-A: b\nX-C: d\r\n', 400, 'BadRequest'],
    ['two hosts', 'Host: other\r\n', 400, 'BadRequest'],
  ])('a head that can be read in two ways is refused: %s', async (_, lines, status, code) => {
    at.tap.forget();
    await using connection = await open();
    await connection.send(`PUT /${bucket}/x HTTP/1.1\r\nHost: ${at.gateway.host}\r\n${lines}\r\nbody`);
    const answer = await connection.answer('PUT');
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([status, code]);
    expect(await connection.closes()).toBe(true);
    expect(at.tap.bytesToStore).toBe(0);
  });

  test('SIGTERM: what is under way is finished, nothing new is taken, the exit code is 0', async () => {
    await using gateway = await GatewayProcess.start({ store });
    const client = sdk(gateway);
    const big = bodyOf('drain', 48 * MIB);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'drain', Body: big }));
    client.destroy();
    const upload = request(
      { method: 'PUT', target: `/${bucket}/drained`, body: big.subarray(0, 4 * MIB) },
      gateway,
    );
    await using down = await open(gateway);
    await using up = await open(gateway);
    await using idle = await open(gateway);
    await down.send(requestBytes(request({ method: 'GET', target: `/${bucket}/drain` }, gateway)));
    await waitFor(() => down.pending.length > 0, { what: 'the download to begin' });
    down.socket.pause();
    await up.send(headBytes(upload));
    await up.send(upload.body.subarray(0, MIB));

    gateway.signal('SIGTERM');
    await waitFor(
      () =>
        open(gateway).then(
          (late) => late[Symbol.asyncDispose]().then(() => false as const),
          () => true,
        ),
      { what: 'new connections to be refused', timeoutMs: 5000 },
    );
    expect(await idle.closes()).toBe(true);
    down.socket.resume();
    const answer = await down.answer();
    expect([answer.status, answer.truncated, sha256(answer.body)]).toEqual([200, false, sha256(big)]);
    await up.send(upload.body.subarray(MIB));
    expect((await up.answer('PUT')).status).toBe(200);
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });
});
