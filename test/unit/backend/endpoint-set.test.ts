import { describe, expect, test } from 'vitest';
import type { Address } from '../../../src/backend/dialer.ts';
import { endpointsOf } from '../../../src/backend/name-watch.ts';
import { eventually, ManualClock, startStore, turns } from '../http1/wire-fixture.ts';
import { authorizedRequest } from './authorized-fixture.ts';
import { backendOver, refusingPort } from './backend-fixture.ts';

const block = (entity: number, more = '1') =>
  authorizedRequest({ target: `/bucket/Veeam/Archive/f/b/entity-${entity}/Data.v2/${more}` });
const authorityOf = (port: number): string => `127.0.0.1:${port}`;
const NEVER_MS = 3_600_000;

async function stores(count: number) {
  const all = await Promise.all(Array.from({ length: count }, () => startStore()));
  return {
    ports: all.map(({ port }) => port),
    async [Symbol.asyncDispose]() {
      for (const store of all) await store[Symbol.asyncDispose]();
    },
  };
}

describe('entity', () => {
  test('all objects of one go to one endpoint, those of many to all', async () => {
    await using nodes = await stores(3);
    const { backend } = backendOver(nodes.ports, { balancing: 'entity' });
    const chosen = new Set<string>();
    for (let entity = 0; entity < 40; entity++) {
      const leases = [
        await backend.acquire(false, block(entity)),
        await backend.acquire(false, block(entity, '2')),
      ];
      expect(leases[0]?.authority).toBe(leases[1]?.authority);
      chosen.add(leases[0]?.authority ?? '');
      for (const lease of leases) lease.release();
    }
    expect(chosen.size).toBe(3);
    backend.close();
  });

  test('in buckets that are not one they are not one', async () => {
    await using nodes = await stores(3);
    const { backend } = backendOver(nodes.ports, { balancing: 'entity' });
    const chosen = new Set<string>();
    for (let bucket = 0; bucket < 30; bucket++) {
      const lease = await backend.acquire(
        false,
        authorizedRequest({ target: `/bucket-${bucket}/Veeam/Archive/f/b/i/x` }),
      );
      chosen.add(lease.authority);
      lease.release();
    }
    expect(chosen.size).toBe(3);
    backend.close();
  });

  test.each(['/bucket?list-type=2&prefix=Veeam%2FArchive%2Ff%2Fb%2Fi%2F', '/bucket', '/bucket/some/key'])(
    'what has none goes to the least busy: %s',
    async (target) => {
      await using nodes = await stores(2);
      const { backend } = backendOver(nodes.ports, { balancing: 'entity' });
      const request = authorizedRequest({ target });
      const first = await backend.acquire(false, request);
      expect((await backend.acquire(false, request)).authority).not.toBe(first.authority);
      backend.close();
    },
  );

  test('spills over where the endpoint has no connection left, instead of waiting', async () => {
    await using nodes = await stores(2);
    const { backend } = backendOver(nodes.ports, { balancing: 'entity', maxConnectionsPerEndpoint: 2 });
    const chosen: string[] = [];
    for (let count = 0; count < 4; count++) chosen.push((await backend.acquire(false, block(1))).authority);
    expect(chosen[1]).toBe(chosen[0]);
    expect(chosen[2]).not.toBe(chosen[0]);
    expect(chosen[3]).toBe(chosen[2]);
    backend.close();
  });

  test('goes elsewhere while its endpoint is ejected, and back after', async () => {
    await using nodes = await stores(2);
    const clock = new ManualClock();
    const { backend } = backendOver(nodes.ports, { balancing: 'entity', now: clock.now, slowStartMs: 0 });
    const home = await backend.acquire(false, block(1));
    for (let count = 0; count < 3; count++) {
      const lease = await backend.acquire(true, block(1));
      expect(lease.authority).toBe(home.authority);
      lease.release(new Error('broke off'));
    }
    expect((await backend.acquire(false, block(1))).authority).not.toBe(home.authority);
    clock.ms += 2_000;
    const trial = await backend.acquire(false, block(1));
    expect(trial.authority).toBe(home.authority);
    expect((await backend.acquire(false, block(1))).authority).not.toBe(home.authority);
    trial.answered(200);
    trial.release();
    expect((await backend.acquire(false, block(1))).authority).toBe(home.authority);
    backend.close();
  });
});

describe('a retry', () => {
  test('goes to another endpoint', async () => {
    await using nodes = await stores(2);
    const { backend } = backendOver(nodes.ports);
    const lease = await backend.acquire();
    expect(lease.hasAlternative).toBe(true);
    lease.release(new Error('broke off'));
    const next = await backend.acquire(true, undefined, lease);
    expect([next.authority === lease.authority, next.fresh]).toEqual([false, true]);
    backend.close();
  });

  test('goes to the same where there is no other, on a fresh connection', async () => {
    await using nodes = await stores(1);
    const { backend } = backendOver(nodes.ports);
    const lease = await backend.acquire();
    expect(lease.hasAlternative).toBe(false);
    lease.release(new Error('broke off'));
    const next = await backend.acquire(true, undefined, lease);
    expect([next.authority, next.fresh]).toEqual([lease.authority, true]);
    backend.close();
  });

  test('and where the other refuses', async () => {
    await using nodes = await stores(1);
    const refusing = await refusingPort();
    const [port = 0] = nodes.ports;
    const { backend } = backendOver([port, refusing]);
    const lease = await backend.acquire();
    expect(lease.authority).toBe(authorityOf(port));
    expect((await backend.acquire(true, undefined, lease)).authority).toBe(authorityOf(port));
    backend.close();
  });
});

describe('drain', () => {
  test('sends nothing new there, until it is taken back', async () => {
    await using nodes = await stores(2);
    const [one = 0, two = 0] = nodes.ports;
    const changes: string[] = [];
    const clock = new ManualClock();
    const { backend } = backendOver(nodes.ports, {
      now: clock.now,
      slowStartMs: 10_000,
      onEndpoint: (name, { change }) => changes.push(`${name} ${change}`),
    });
    const before = await backend.acquire();
    backend.setDrained([authorityOf(one)]);
    clock.ms += 700;
    backend.setDrained([authorityOf(one)]);
    for (let count = 0; count < 3; count++)
      expect((await backend.acquire()).authority).toBe(authorityOf(two));
    expect(backend.endpoints()).toMatchObject([
      { name: authorityOf(one), state: 'drained', inFlight: 1, waiting: 0, requests: 1, forMs: 700 },
      { name: authorityOf(two), state: 'healthy', inFlight: 3, waiting: 0, requests: 3, forMs: 700 },
    ]);
    expect(before.connection.usable).toBe(true);
    backend.setDrained([]);
    expect(backend.endpoints()[0]?.state).toBe('slow-start');
    clock.ms += 10_300;
    expect(backend.endpoints()[0]).toMatchObject({ state: 'healthy', forMs: 300 });
    expect((await backend.acquire()).authority).toBe(authorityOf(one));
    expect(changes).toEqual([`${authorityOf(one)} drained`, `${authorityOf(one)} undrained`]);
    backend.close();
  });

  test('one that is taken back gets a small share first', async () => {
    await using nodes = await stores(2);
    const [one = 0, two = 0] = nodes.ports;
    const { backend } = backendOver(nodes.ports, { now: new ManualClock().now });
    backend.setDrained([authorityOf(one)]);
    backend.setDrained([]);
    const chosen: string[] = [];
    for (let count = 0; count < 8; count++) chosen.push((await backend.acquire()).authority);
    expect(chosen).toEqual(Array(8).fill(authorityOf(two)));
    backend.close();
  });

  test('where all are, they are tried all the same', async () => {
    await using nodes = await stores(2);
    const { backend } = backendOver(nodes.ports);
    backend.setDrained(nodes.ports.map(authorityOf));
    expect(nodes.ports.map(authorityOf)).toContain((await backend.acquire()).authority);
    backend.close();
  });
});

describe('probes', () => {
  const probe = { method: 'GET', path: '/alive', everyMs: 10, timeoutMs: 2_000 } as const;

  test('find out one that does not serve, and that it does again', async () => {
    const answers = { status: '200 OK' };
    const answering = () =>
      startStore((connection) => {
        connection.socket.on('data', () =>
          connection.send(`HTTP/1.1 ${answers.status}\r\nContent-Length: 0\r\n\r\n`),
        );
      });
    await using one = await answering();
    await using two = await startStore((connection) => {
      connection.socket.on('data', () =>
        connection.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
      );
    });
    const clock = new ManualClock();
    const { backend } = backendOver([one.port, two.port], { probe, now: clock.now });
    const states = () => backend.endpoints().map(({ state }) => state);
    await eventually(() => one.connections.length > 2);
    expect(states()).toEqual(['healthy', 'healthy']);
    expect(one.connections[0]?.received).toBe(
      `GET /alive HTTP/1.1\r\nhost: ${authorityOf(one.port)}\r\nconnection: close\r\n\r\n`,
    );
    answers.status = '503 Service Unavailable';
    await eventually(() => states()[0] === 'ejected');
    expect(backend.endpoints()[0]?.lastReason).toBe('health probe: it answered 503');
    answers.status = '200 OK';
    clock.ms += 2_000;
    await eventually(() => states()[0] === 'slow-start');
    expect(states()[1]).toBe('healthy');
    backend.close();
  });

  test('one that hangs is not the last', async () => {
    await using silent = await startStore();
    await using alive = await startStore((connection) => {
      connection.socket.on('data', () => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    });
    const { backend } = backendOver([silent.port, alive.port], { probe: { ...probe, timeoutMs: 200 } });
    await eventually(() => backend.endpoints()[0]?.state === 'ejected');
    expect(backend.endpoints()[0]?.lastReason).toBe('health probe: no answer within 200 ms');
    backend.close();
  });

  test('an endpoint that is alone is not probed', async () => {
    await using store = await startStore();
    const { backend } = backendOver([store.port], { probe: { ...probe, everyMs: 1 } });
    for (let count = 0; count < 20; count++) await turns();
    expect(store.connections).toHaveLength(0);
    backend.close();
  });
});

describe('names', () => {
  const found = (...addresses: readonly string[]): Address[] =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const named = { protocol: 'http', host: 'store.test', port: 80, authority: 'store.test' } as const;

  test.each([
    ['one address', ['10.0.0.1'], ['store.test: 10.0.0.1']],
    ['one of each family', ['10.0.0.1', 'fd00::1'], ['store.test: 10.0.0.1 fd00::1']],
    ['several', ['10.0.0.1', '10.0.0.2'], ['store.test/10.0.0.1: 10.0.0.1', 'store.test/10.0.0.2: 10.0.0.2']],
    [
      'several of both',
      ['10.0.0.1', '10.0.0.2', 'fd00::1', 'fd00::2'],
      ['store.test/10.0.0.1: 10.0.0.1', 'store.test/10.0.0.2: 10.0.0.2'],
    ],
    [
      'more of one',
      ['10.0.0.1', 'fd00::1', 'fd00::2'],
      ['store.test/fd00::1: fd00::1', 'store.test/fd00::2: fd00::2'],
    ],
  ])('with %s', (_name, addresses, endpoints) => {
    expect(
      endpointsOf(named, found(...addresses)).map(
        ({ authority, name = authority, addresses: own = [] }) =>
          `${name}: ${own.map(({ address }) => address).join(' ')}`,
      ),
    ).toEqual(endpoints);
  });

  test('are followed: endpoints come and go, those that stay keep their connections, a failed lookup changes nothing', async () => {
    await using store = await startStore();
    const { port } = store;
    const answers: (Address[] | Error)[] = [
      found('127.0.0.2', '127.0.0.1'),
      new Error('SERVFAIL'),
      new Error('SERVFAIL'),
    ];
    let current: Address[] | Error = found('127.0.0.1');
    const changes: string[] = [];
    const endpoint = { protocol: 'http', host: 'store.test', port, authority: `store.test:${port}` } as const;
    let lookups = 0;
    const { backend } = backendOver([], {
      endpoints: [endpoint],
      names: {
        everyMs: 5,
        lookUp: async (host) => {
          expect(host).toBe('store.test');
          lookups++;
          if (current instanceof Error) throw current;
          return current;
        },
      },
      onEndpoint: (name, { change }) => changes.push(`${name} ${change}`),
    });
    const names = () => backend.endpoints().map(({ name }) => name);
    await eventually(() => lookups > 1);
    expect([names(), changes]).toEqual([[`store.test:${port}`], []]);
    expect((await backend.acquire()).authority).toBe(`store.test:${port}`);

    for (const answer of answers) {
      current = answer;
      const seen = lookups;
      await eventually(() => lookups > seen + 1);
    }
    const both = [`store.test:${port}/127.0.0.1`, `store.test:${port}/127.0.0.2`];
    expect(names()).toEqual(both);
    const kept = await backend.acquire();
    kept.release();

    current = found('127.0.0.2', '127.0.0.3', '127.0.0.1');
    await eventually(() => names().length === 3);
    expect(kept.connection.usable).toBe(true);
    backend.setDrained([both[0] ?? '']);
    current = found('127.0.0.1', '127.0.0.3');
    await eventually(() => names().length === 2);
    expect(backend.endpoints().map(({ state }) => state)).toEqual(['drained', 'healthy']);
    expect(changes.filter((change) => change.endsWith('lookup-failed'))).toHaveLength(1);
    expect(changes).toContain(`${both[1]} removed`);
    expect(changes).toContain(`store.test:${port}/127.0.0.3 added`);
    backend.close();
  });
});

test('a name whose only address changes is the same endpoint to those who count', async () => {
  await using store = await startStore();
  const { port } = store;
  const authority = `store.test:${port}`;
  let address = '127.0.0.1';
  const changes: string[] = [];
  const { backend } = backendOver([], {
    endpoints: [{ protocol: 'http', host: 'store.test', port, authority }],
    names: { everyMs: 5, lookUp: async () => [{ address, family: 4 }] },
    onEndpoint: (_name, { change }) => changes.push(change),
  });
  const requests = () => backend.endpoints().map(({ name, requests: count }) => `${name} ${count}`);
  await turns();
  const lease = await backend.acquire();
  expect(requests()).toEqual([`${authority} 1`]);
  address = '127.0.0.9';
  await eventually(() => changes.includes('removed'));
  expect(requests()).toEqual([`${authority} 1`]);
  expect(lease.connection.usable).toBe(true);
  lease.release();
  expect(lease.connection.usable).toBe(false);
  backend.close();
});

describe('limits', () => {
  test('a credential with many requests is told to slow down, another is not', async () => {
    await using nodes = await stores(1);
    const timeouts = { idleMs: NEVER_MS, answerMs: NEVER_MS, bodyIdleMs: NEVER_MS, connectMs: 200 };
    const { backend } = backendOver(nodes.ports, { maxInFlightPerCredential: 2, timeouts });
    const of = (accessKeyId: string) => {
      const authorized = authorizedRequest({ target: '/bucket/key' });
      return { ...authorized, request: { ...authorized.request, accessKeyId } };
    };
    const first = await backend.acquire(false, of('MANY'));
    await backend.acquire(false, of('MANY'));
    await expect(backend.acquire(false, of('MANY'))).rejects.toMatchObject({
      code: 'SlowDown',
      retryAfterSeconds: 1,
    });
    await backend.acquire(false, of('FEW'));
    const waiting = backend.acquire(false, of('MANY'));
    first.release();
    expect((await waiting).connection).toBe(first.connection);
    backend.close();
  });

  test('where connections run out, credentials take turns', async () => {
    await using nodes = await stores(1);
    const { backend } = backendOver(nodes.ports, { maxConnectionsPerEndpoint: 1 });
    const order: string[] = [];
    const held = await backend.acquire();
    const ask = async (accessKeyId: string) => {
      const authorized = authorizedRequest({ target: '/bucket/key' });
      const lease = await backend.acquire(false, {
        ...authorized,
        request: { ...authorized.request, accessKeyId },
      });
      order.push(accessKeyId);
      lease.release();
    };
    const all = ['MANY', 'MANY', 'MANY', 'MANY', 'FEW'].map(ask);
    await turns();
    held.release();
    await Promise.all(all);
    expect(order).toEqual(['MANY', 'FEW', 'MANY', 'MANY', 'MANY']);
    backend.close();
  });

  test('a queue that is full refuses at once', async () => {
    await using nodes = await stores(1);
    const { backend } = backendOver(nodes.ports, { maxConnectionsPerEndpoint: 1 });
    await backend.acquire();
    const waiting = Array.from({ length: 64 }, () => backend.acquire());
    await expect(backend.acquire()).rejects.toMatchObject({ code: 'SlowDown' });
    backend.close();
    await Promise.allSettled(waiting);
  });
});
