// Several processes that serve as one gateway: what each of them owns, what they know of each other, and how they end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../support/bodies.ts';
import { freePort } from '../support/free-port.ts';
import { elementOf, RawConnection } from '../support/raw-http.ts';
import { waitFor } from '../support/wait.ts';
import { gone, isAlive } from '../unit/serve/embedded-fixture.ts';
import { BUCKET, CAPACITY, startGateway, WorkersGateway } from './workers-fixture.ts';

const MIB = 1024 * 1024;
/** More than all buffers on the way hold. */
const LARGE = bodyOf('large', 48 * MIB);
/** So that wrong signatures from this machine count. */
const COUNTED = { perAddress: { failedSignatures: 10, window: '5m', exempt: [] } };

async function two(at: WorkersGateway): Promise<readonly [RawConnection, RawConnection]> {
  const [one, other] = await at.oneToEach();
  if (one === undefined || other === undefined) throw new Error('not two workers');
  return [one, other];
}

function putLarge(at: WorkersGateway): Promise<unknown> {
  return at.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'large', Body: LARGE }));
}

/** Sends the request for it and reads nothing yet. */
async function beginDownload(at: WorkersGateway, connection: RawConnection): Promise<void> {
  await connection.send(at.bytes({ target: `/${BUCKET}/large` }));
  await waitFor(() => connection.pending.length > 0, { what: 'the download to begin', everyMs: 5 });
  connection.socket.pause();
}

describe('workers', () => {
  test('both accept connections of the one port, and the metrics are those of both', async () => {
    await using at = await WorkersGateway.start();
    const workers = await at.workers();
    expect(workers).toHaveLength(2);
    const connections = await Promise.all(Array.from({ length: 32 }, () => at.open()));
    const owners = new Set(await Promise.all(connections.map((each) => at.ownerOf(each))));
    expect([...owners].sort()).toEqual([...workers].sort());
    for (const connection of connections) {
      expect((await at.ask(connection, { target: `/${BUCKET}` })).status).toBe(200);
    }
    expect(await at.metric('sosapi_gateway_client_connections')).toBe(32);
    await waitFor(async () => (await at.metric('sosapi_gateway_requests_total')) === 32, {
      what: 'all requests to be counted',
    });
    expect(await at.metric('sosapi_gateway_workers')).toBe(2);
    expect(await at.metric('sosapi_gateway_build_info')).toBe(1);
    for (const connection of connections) await connection[Symbol.asyncDispose]();
    await waitFor(async () => (await at.metric('sosapi_gateway_client_connections')) === 0, {
      what: 'all connections to be closed',
    });
  });

  test('clients that come as soon as they can are spread over both, too', async () => {
    const s3 = { host: '127.0.0.1', port: await freePort() };
    const starting = WorkersGateway.start({ listeners: { s3: [s3], admin: { host: '127.0.0.1', port: 0 } } });
    // Each tries again ten times a second, at a moment of its own: two processes do not listen within the same millisecond.
    const connections = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        await sleep(index * 1.5);
        return await waitFor(() => RawConnection.open(s3).catch(() => undefined), {
          what: `port ${s3.port} to open`,
        });
      }),
    );
    await using at = await starting;
    // The look whether the port is free may have taken some and let them go.
    const open = connections.filter(({ socket }) => !socket.destroyed);
    expect(open.length).toBeGreaterThan(32);
    const owners = new Set(await Promise.all(open.map((each) => at.ownerOf(each))));
    expect([...owners].sort()).toEqual([...(await at.workers())].sort());
    for (const connection of connections) await connection[Symbol.asyncDispose]();
  });

  test('one is this process alone', async () => {
    await using at = await WorkersGateway.start({ workers: 1 });
    expect(await at.workers()).toEqual([]);
    // The store.
    expect(await at.children()).toHaveLength(1);
    expect(await at.metric('sosapi_gateway_workers')).toBe(0);
  });

  test('both tell the same capacity, with the same ETag and Last-Modified', async () => {
    await using at = await WorkersGateway.start();
    const [one, other] = await two(at);
    const read = async (connection: RawConnection) => {
      const { status, headers, body } = await at.ask(connection, { target: `/${BUCKET}/${CAPACITY}` });
      const named = (name: string) => headers.find(([each]) => each.toLowerCase() === name)?.[1];
      return { status, etag: named('etag'), modified: named('last-modified'), body: body.toString() };
    };
    // Another program that writes to the disk between the two may move the numbers.
    await waitFor(
      async () => {
        const [a, b] = await Promise.all([read(one), read(other)]);
        expect(a).toEqual(b);
        expect(a.status).toBe(200);
        return true;
      },
      { what: 'both to agree' },
    );
  });

  test('a capacity that is not known is refused as by one process', async () => {
    await using at = await WorkersGateway.start({
      backends: [
        {
          name: 'embedded',
          kind: 's3',
          endpoints: ['http://127.0.0.1:1'],
          accessKeyId: 'NOBODY',
          secretAccessKey: 'nobody-there',
        },
      ],
    });
    await using connection = await at.open();
    const answer = await at.ask(connection, { target: `/${BUCKET}/${CAPACITY}` });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([503, 'ServiceUnavailable']);
  });

  test('a killed one takes its own connections along and is replaced; what it counted stays counted', async () => {
    await using at = await WorkersGateway.start();
    await putLarge(at);
    at.client.destroy();
    const [lost, kept] = await two(at);
    const victim = await at.ownerOf(lost);
    for (const connection of [lost, kept]) {
      for (let n = 0; n < 20; n++) await at.ask(connection, { target: `/${BUCKET}`, method: 'HEAD' });
      await beginDownload(at, connection);
    }
    const counted = await at.metric('sosapi_gateway_requests_total');
    expect(counted).toBeGreaterThanOrEqual(40);
    process.kill(victim, 'SIGKILL');
    const ended = await waitFor(
      () => at.gateway.logs().find(({ msg }) => msg?.startsWith('a worker ended')),
      {
        what: 'the log to say so',
      },
    );
    expect(ended).toMatchObject({ pid: victim, level: 'error', msg: 'a worker ended with signal SIGKILL' });
    const seen: number[] = [];
    await waitFor(
      async () => {
        seen.push(await at.metric('sosapi_gateway_requests_total'));
        return (await at.metric('sosapi_gateway_workers')) === 2;
      },
      { what: 'two workers again', everyMs: 20 },
    );
    for (const sum of seen) expect(sum).toBeGreaterThanOrEqual(counted);
    expect(await at.metric('sosapi_gateway_worker_restarts_total')).toBe(1);
    // The SDK's own was closed, and what the dead one held is not counted.
    await waitFor(async () => (await at.metric('sosapi_gateway_client_connections')) === 1, {
      what: 'one connection',
    });

    kept.socket.resume();
    expect(sha256((await kept.answer()).body)).toBe(sha256(LARGE));
    lost.socket.resume();
    expect(await lost.answer()).toMatchObject({ truncated: true });
    const now = await at.workers();
    expect(now).toHaveLength(2);
    expect(now).not.toContain(victim);
    // The new one has the ports, the credentials and the store of the old.
    for (const connection of await at.oneToEach()) {
      expect((await at.ask(connection, { target: `/${BUCKET}` })).status).toBe(200);
    }
    await kept[Symbol.asyncDispose]();
    expect((await fetch(`${at.gateway.adminUrl}/readyz`)).status).toBe(200);
  });

  test('an error that nobody caught is logged, ends the worker with code 1, and it is replaced', async () => {
    const trap = "process.on('SIGUSR2', () => { throw new Error('not caught'); });";
    const option = `--import=data:text/javascript,${encodeURIComponent(trap)}`;
    await using at = await WorkersGateway.start({}, { ...process.env, NODE_OPTIONS: option });
    const [victim = 0] = await at.workers();
    process.kill(victim, 'SIGUSR2');
    const line = (msg: string) =>
      waitFor(() => at.gateway.logs().find((each) => each.msg === msg), { what: `the line "${msg}"` });
    const why = await line('a worker ends because of an error of its own');
    expect(why).toMatchObject({ level: 'error', err: { message: 'not caught' } });
    expect(await line('a worker ended with code 1')).toMatchObject({ pid: victim });
    await waitFor(async () => (await at.metric('sosapi_gateway_workers')) === 2, { what: 'its successor' });
  });

  test('SIGTERM lets a transfer of each finish, and nothing is left', async () => {
    await using at = await WorkersGateway.start();
    await putLarge(at);
    const connections = await two(at);
    for (const connection of connections) await beginDownload(at, connection);
    const processes = [at.gateway.pid, ...(await at.children())];
    at.gateway.signal('SIGTERM');
    await waitFor(() => at.gateway.logs().some(({ msg }) => msg === 'draining'), { what: 'the drain' });
    await waitFor(async () => !(await fetch(`${at.gateway.adminUrl}/readyz`)).ok, {
      what: 'not to be ready',
    });
    for (const connection of connections) connection.socket.resume();
    for (const connection of connections) {
      expect(sha256((await connection.answer()).body)).toBe(sha256(LARGE));
    }
    expect(await at.gateway.exited).toEqual({ code: 0, signal: null });
    expect(processes.filter(isAlive)).toEqual([]);
  });

  test('a second signal cuts what is left', async () => {
    await using at = await WorkersGateway.start();
    await putLarge(at);
    const [connection] = await two(at);
    await beginDownload(at, connection);
    const processes = [at.gateway.pid, ...(await at.children())];
    at.gateway.signal('SIGINT');
    await waitFor(() => at.gateway.logs().some(({ msg }) => msg === 'draining'), { what: 'the drain' });
    at.gateway.signal('SIGINT');
    expect(await at.gateway.exited).toEqual({ code: 1, signal: null });
    for (const pid of processes) await gone(pid);
  });

  test('kill -9 of the first process leaves no process', async () => {
    await using at = await WorkersGateway.start({ timeouts: { drain: '5s' } });
    const idle = await at.open();
    const processes = [at.gateway.pid, ...(await at.children())];
    expect(processes).toHaveLength(4);
    process.kill(at.gateway.pid, 'SIGKILL');
    for (const pid of processes) await gone(pid);
    expect(await idle.closes()).toBe(true);
  });

  test('a second gateway on the same port is refused as by one process', async () => {
    await using at = await WorkersGateway.start();
    const directory = await mkdtemp(join(tmpdir(), 'second-'));
    const { host, port } = at.gateway.s3;
    const listeners = { s3: [{ host, port }], admin: { host, port: 0 } };
    const sentence = `sosapi-gateway: cannot listen on ${host}:${port}: another program uses that port`;
    await expect(startGateway(join(directory, 'data'), { listeners })).rejects.toThrow(sentence);
    await rm(directory, { recursive: true });
  });

  test('where the admin port is taken the start fails as with one process, and the workers end', async () => {
    await using at = await WorkersGateway.start();
    const directory = await mkdtemp(join(tmpdir(), 'second-'));
    const { host } = at.gateway.s3;
    // The workers listen by then: the admin port is asked for last.
    const { port: taken } = new URL(at.gateway.adminUrl);
    const listeners = { s3: [{ host, port: 0 }], admin: { host, port: Number(taken) } };
    await expect(startGateway(join(directory, 'data'), { listeners })).rejects.toThrow(
      `cannot listen on ${host}:${taken}: another program uses that port`,
    );
    await rm(directory, { recursive: true });
  });

  test('wrong signatures at one and at the other count together, and both hold the address off', async () => {
    await using at = await WorkersGateway.start({ limits: COUNTED });
    const [one, other] = await two(at);
    const wrong = { accessKeyId: at.gateway.credentials.accessKeyId, secretAccessKey: 'not the secret' };
    const fail = (connection: RawConnection) =>
      at.ask(connection, { target: `/${BUCKET}`, credentials: wrong });
    for (let n = 0; n < 6; n++) expect((await fail(one)).status).toBe(403);
    for (let n = 0; n < 5; n++) expect((await fail(other)).status).toBe(403);
    // Unsigned requests count for nothing.
    for (const connection of [one, other]) {
      await waitFor(
        async () => {
          await connection.send(`GET /${BUCKET} HTTP/1.1\r\nHost: ${at.gateway.host}\r\n\r\n`);
          return (await connection.answer()).status === 503;
        },
        { what: 'the address to be held off', timeoutMs: 10_000 },
      );
      expect((await at.ask(connection, { target: `/${BUCKET}` })).status).toBe(503);
    }
    expect(await at.metric('sosapi_gateway_addresses_held_off_total')).toBe(1);
  });

  test('a right signature at one earns back what failed at the other', async () => {
    await using at = await WorkersGateway.start({ limits: COUNTED });
    const [one, other] = await two(at);
    const wrong = { accessKeyId: 'NOBODY', secretAccessKey: 'not a secret' };
    for (let n = 0; n < 60; n++) {
      expect((await at.ask(one, { target: `/${BUCKET}`, credentials: wrong })).status).toBe(403);
      expect((await at.ask(other, { target: `/${BUCKET}` })).status).toBe(200);
    }
  });

  test('a bucket that was deleted through one is forgotten by the other', async () => {
    await using at = await WorkersGateway.start();
    const [one, other] = await two(at);
    const bucket = 'veeam-deleted';
    const capacity = (connection: RawConnection) => at.ask(connection, { target: `/${bucket}/${CAPACITY}` });
    await at.client.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const connection of [one, other]) expect((await capacity(connection)).status).toBe(200);
    expect((await at.ask(one, { target: `/${bucket}`, method: 'DELETE' })).status).toBe(204);
    expect((await capacity(one)).status).toBe(404);
    // Less than the ten seconds after which it would ask by itself.
    await waitFor(async () => (await capacity(other)).status === 404, {
      what: 'the other to forget it',
      timeoutMs: 5_000,
      everyMs: 10,
    });
  });

  test('lines of the access log are whole, those of both and under load', async () => {
    await using at = await WorkersGateway.start();
    const connections = await Promise.all(Array.from({ length: 16 }, () => at.open()));
    const each = 250;
    await Promise.all(
      connections.map(async (connection, index) => {
        const headers = { 'user-agent': `${index} ${'x'.repeat(100 * index)}` };
        const request = at.bytes({ target: `/${BUCKET}`, method: 'HEAD', headers });
        for (let n = 0; n < each; n += 10) {
          await connection.send(Buffer.concat(Array.from({ length: 10 }, () => request)));
          for (let m = 0; m < 10; m++) expect((await connection.answer('HEAD')).status).toBe(200);
        }
      }),
    );
    const requests = () => at.gateway.logs().filter(({ msg }) => msg === 'request');
    await waitFor(() => requests().length === 16 * each, { what: 'all lines', timeoutMs: 10_000 }).catch(
      () => {},
    );
    expect(requests().length).toBe(16 * each);
    for (const line of at.gateway.output().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });
});
