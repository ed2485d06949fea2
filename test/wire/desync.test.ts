// Requests that are right, on connections that carry more than one: what the store gets is what was asked, and no more.
import { describe, expect, test } from 'vitest';
import { elementOf } from '../support/raw-http.ts';
import { composedGateway } from './composed-gateway.ts';

const targetsIn = (bytes: string): string[] =>
  [...bytes.matchAll(/(?:GET|PUT|POST|DELETE|HEAD) (\S+) HTTP\/1\.1\r\n/g)].map(([, target = '']) => target);

describe('one connection, many requests', () => {
  test('pipelined requests are answered in order', async () => {
    await using gateway = await composedGateway();
    await using connection = await gateway.connect();
    const targets = Array.from({ length: 20 }, (_, index) => `/bucket/key-${index}`);
    await connection.send(Buffer.concat(targets.map((target) => gateway.signed({ target }))));
    for (const _target of targets)
      expect(await connection.answer()).toMatchObject({ status: 200, body: Buffer.from('ok') });
    expect(targetsIn(gateway.store.bytes())).toEqual(targets);
    // The next one may begin before the connection of the last is back in the pool.
    expect(gateway.store.connections.length).toBeLessThanOrEqual(2);
  });

  test('a body that looks like a request is a body', async () => {
    await using gateway = await composedGateway();
    await using connection = await gateway.connect();
    const body = gateway.signed({ target: '/bucket/inner' });
    await connection.send(gateway.signed({ method: 'PUT', target: '/bucket/outer', body }));
    expect(await connection.answer()).toMatchObject({ status: 200 });
    expect(gateway.store.bytes()).toContain(`content-length: ${body.length}\r\n\r\nGET /bucket/inner`);
    await connection.send(gateway.signed({ target: '/bucket/after' }));
    expect((await connection.answer()).status).toBe(200);
  });

  test('a refused body takes everything behind it along', async () => {
    await using gateway = await composedGateway();
    await using connection = await gateway.connect();
    const refused = gateway
      .signed({ method: 'PUT', target: '/bucket/key', body: 'hello' })
      .toString('latin1')
      .replace(/Signature=\w{8}/, 'Signature=00000000');
    await connection.send(
      Buffer.concat([
        Buffer.from(refused, 'latin1'),
        gateway.signed({ method: 'DELETE', target: '/bucket/behind' }),
      ]),
    );
    const answer = await connection.answer();
    expect(elementOf(answer, 'Code')).toBe('SignatureDoesNotMatch');
    expect(await connection.closes()).toBe(true);
    expect(connection.pending.toString()).toBe('');
    expect(gateway.store.bytes()).toBe('');
  });

  test('a refused request without a body leaves the connection to the next', async () => {
    await using gateway = await composedGateway();
    await using connection = await gateway.connect();
    await connection.send(gateway.signed({ target: '/minio/x' }));
    expect((await connection.answer()).status).toBe(400);
    await connection.send(gateway.signed({ target: '/bucket/key' }));
    expect((await connection.answer()).status).toBe(200);
    expect(targetsIn(gateway.store.bytes())).toEqual(['/bucket/key']);
  });

  test('DeleteObjects in chunks leaves the store in step', async () => {
    await using gateway = await composedGateway();
    await using connection = await gateway.connect();
    const body = '<Delete><Object><Key>a</Key></Object></Delete>';
    const [head] = gateway
      .signed({ method: 'POST', target: '/bucket?delete', body, headers: { 'transfer-encoding': 'chunked' } })
      .toString('latin1')
      .split('\r\n\r\n');
    await connection.send(`${head}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    expect((await connection.answer()).status).toBe(200);
    await connection.send(gateway.signed({ target: '/bucket/after' }));
    expect((await connection.answer()).status).toBe(200);
    const sent = gateway.store.bytes();
    expect(sent.slice(sent.indexOf('\r\n\r\n') + 4)).toMatch(new RegExp(`^${body}GET /bucket/after HTTP`));
  });

  test('Expect: 100-continue: nothing for the store and no 100 before the signature is right', async () => {
    await using gateway = await composedGateway();
    await using connection = await gateway.connect();
    const bytes = gateway.signed({
      method: 'PUT',
      target: '/bucket/key',
      body: 'hello',
      unsignedHeaders: { Expect: '100-continue' },
    });
    await connection.send(
      bytes
        .toString('latin1')
        .replace(/Signature=\w{8}/, 'Signature=00000000')
        .replace(/hello$/, ''),
    );
    expect(await connection.answer()).toMatchObject({ status: 403 });
    expect(gateway.store.bytes()).toBe('');
    await using second = await gateway.connect();
    await second.send(bytes.subarray(0, -5));
    expect(await second.answer()).toMatchObject({ status: 100 });
    await second.send('hello');
    expect(await second.answer()).toMatchObject({ status: 200 });
    expect(gateway.store.bytes()).not.toMatch(/expect/i);
  });

  test('nothing of the client that it did not sign reaches the store', async () => {
    await using gateway = await composedGateway();
    await using connection = await gateway.connect();
    const unsignedHeaders = {
      'X-Forwarded-For': '1.2.3.4',
      'X-Forwarded-Host': 'evil',
      'X-Minio-Extract': 'true',
      Cookie: 'a=b',
      TE: 'trailers',
      Connection: 'keep-alive, x-hop',
      'Accept-Encoding': 'gzip',
      'X-Http-Method-Override': 'DELETE',
    };
    await connection.send(gateway.signed({ target: '/bucket/key', unsignedHeaders }));
    expect((await connection.answer()).status).toBe(200);
    const names = [...gateway.store.bytes().matchAll(/^([a-z0-9-]+): /gim)].map(([, name = '']) => name);
    expect(names).toEqual(['host', 'x-amz-date', 'x-amz-content-sha256', 'authorization']);
    expect(gateway.store.bytes()).not.toContain('WIREKEY');
  });
});
