// Backends over a change of the config: one that is not concerned stays the very same, one that is lives until it is let go.
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../../src/backend/backend.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { BackendHolders } from '../../../src/serve/backend-holders.ts';
import { composeRoutes } from '../../../src/serve/compose-routes.ts';
import { fakeBackend } from '../gateway/fake-backend.ts';

interface Bent {
  readonly secret?: string;
  readonly capacity?: string;
  readonly timeouts?: string;
  readonly names?: readonly string[];
}

function configOf({ secret = 'one-secret', capacity = '1TiB', timeouts = '{}', names = ['a', 'b'] }: Bent) {
  const backends = names.map(
    (name) =>
      `{ name: ${name}, kind: s3, endpoints: ["http://127.0.0.1:1", "http://127.0.0.1:2"], accessKeyId: STOREKEY, secretAccessKey: ${name === 'a' ? secret : 'same-secret'}, health: { probes: false }, capacity: { source: static, capacity: ${capacity}, used: 0B } }`,
  );
  const rules = names.map((name) => `{ match: "${name}-*", backend: ${name} }`);
  return parseConfig(
    `
backends: [${backends.join(', ')}]
buckets: [${rules.join(', ')}]
credentials: [{ accessKeyId: VEEAMKEY, secretAccessKey: client-secret, access: read-write }]
timeouts: ${timeouts}
`,
    { file: '/etc/gateway.yaml', env: {} },
  ).config;
}

const OPTIONS = {
  embedded: new Map(),
  clocks: { wallClock: () => 0, now: () => 0 },
  emit: () => {},
};

describe('routes', () => {
  test.each<[name: string, bent: Bent, fresh: readonly string[]]>([
    ['nothing', {}, []],
    ['a secret of one', { secret: 'other-secret' }, ['a']],
    ['what is known of capacity', { capacity: '2TiB' }, []],
    ['a timeout of all connections to stores', { timeouts: '{ connect: 2s }' }, ['a', 'b']],
    ['a timeout of clients', { timeouts: '{ idle: 2s }' }, []],
    ['one that comes', { names: ['a', 'b', 'c'] }, ['c']],
    ['one that goes', { names: ['b'] }, []],
  ])('what is made anew where it changes: %s', (_name, bent, fresh) => {
    const routes = composeRoutes(configOf({}), OPTIONS);
    const before = routes.byName;
    const next = routes.prepare(configOf(bent));
    expect([...next.fresh]).toEqual(fresh);
    expect(routes.byName).toBe(before);
    next.commit();
    for (const [name, backend] of routes.byName) {
      expect(backend === before.get(name), name).toBe(!fresh.includes(name));
    }
    routes.close();
  });

  test('what an operator drained stays drained in the backend that takes the place', () => {
    const routes = composeRoutes(configOf({}), OPTIONS);
    routes.byName.get('a')?.setDrained(['127.0.0.1:2']);
    routes.prepare(configOf({ secret: 'other-secret' })).commit();
    const states = routes.byName.get('a')?.endpoints();
    expect(states?.map(({ name, state }) => [name, state])).toEqual([
      ['127.0.0.1:1', 'healthy'],
      ['127.0.0.1:2', 'drained'],
    ]);
    routes.close();
  });

  test('one that is let go takes no request any more, and the others do', async () => {
    const routes = composeRoutes(configOf({}), OPTIONS);
    const [old, other] = [routes.byName.get('a'), routes.byName.get('b')];
    const letGo = routes.prepare(configOf({ secret: 'other-secret' })).commit();
    const refusalOf = (backend: Backend | undefined) =>
      Promise.resolve(backend?.acquire()).then(
        () => 'none',
        (error: { readonly reason?: string }) => error.reason,
      );
    expect(await refusalOf(old)).toContain('ECONNREFUSED');
    letGo();
    await Promise.resolve();
    await Promise.resolve();
    expect(await refusalOf(old)).toContain('shutting down');
    expect(await refusalOf(other)).toContain('ECONNREFUSED');
    routes.close();
  });
});

describe('holders', () => {
  test('a backend is closed when the last has let go and its calls are over', async () => {
    let closed = 0;
    const answer = Promise.withResolvers<never>();
    const holders = new BackendHolders();
    const backend = holders.watched({
      ...fakeBackend('one', { call: () => answer.promise }),
      close: () => {
        closed++;
      },
    });
    holders.hold([backend]);
    holders.hold([backend]);
    const call = backend.call({ method: 'GET', bucket: '', rawQuery: '' }).catch(() => {});
    holders.letGo([backend]);
    expect([closed, holders.size]).toEqual([0, 1]);
    holders.letGo([backend]);
    await Promise.resolve();
    expect([closed, holders.size]).toEqual([0, 1]);
    answer.reject(new Error('over'));
    await call;
    await new Promise(setImmediate);
    expect([closed, holders.size]).toEqual([1, 0]);
  });
});
