// Changes of several gateways reach the ledger of each in the order they happened, whoever tells of them first.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { UsageChange } from '../../../src/capacity/ledger/usage-change.ts';
import type { GatewayConfig } from '../../../src/config/gateway-config.ts';
import type { UsageChangeEvent } from '../../../src/gateway/events.ts';
import { Secret } from '../../../src/secret.ts';
import { composePeers, type Peers } from '../../../src/serve/compose-peers.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { freePort } from '../../support/free-port.ts';
import { waitFor } from '../../support/wait.ts';
import { configOf, MINIMAL } from '../config/fixture.ts';

const SECRET = new Secret('a secret that is long enough for it');

class Gateway {
  readonly taken: UsageChangeEvent[] = [];
  readonly marks = new Map<string, number>();
  /** What workers have seen and not told yet. */
  untold: UsageChangeEvent[] = [];
  readonly metrics = createMetrics();
  readonly peers: Peers;

  constructor(config: GatewayConfig, clockMs = 0) {
    this.peers = composePeers(config, {
      capacities: {
        take: (changes, marks = new Map()) => {
          this.taken.push(...changes);
          for (const [name, value] of marks) this.marks.set(name, value);
        },
        heardMarks: () => this.marks,
      },
      hasBackend: (name) => name === 'store',
      settleOwn: async () => {
        const told = this.untold;
        this.untold = [];
        if (told.length > 0) this.peers.take(told);
      },
      metrics: this.metrics.peers,
      logger: createLogger({ level: 'silent' }),
      clocks: { wallClock: () => Date.now() + clockMs, now: () => performance.now() },
    });
  }

  get kinds(): readonly string[] {
    return this.taken.map(({ change }) => change.kind);
  }
}

const event = (change: UsageChange, atMs = Date.now(), backend = 'store'): UsageChangeEvent => ({
  kind: 'usage-change',
  backend,
  atMs,
  change,
});
const place = { bucket: 'b', key: 'k' };
const part: UsageChange = { kind: 'part', ...place, uploadId: 'u', partNumber: 1, bytes: 5 };
const complete: UsageChange = { kind: 'complete', ...place, uploadId: 'u', parts: [1] };

const closing: Peers[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((peers) => peers.close()));
});

/** The second one's clock is off by so much. */
async function linked(clockMs = 0): Promise<readonly [Gateway, Gateway]> {
  const ports = [await freePort(), await freePort()];
  const configs = ports.map((port) => ({
    ...configOf(MINIMAL),
    peers: {
      listen: { host: '127.0.0.1', port },
      gateways: ports.map((other) => ({ host: '127.0.0.1', port: other })),
      secret: SECRET,
    },
  }));
  const [one, other] = configs.map((config, index) => new Gateway(config, index * clockMs));
  if (one === undefined || other === undefined) throw new Error('two gateways');
  for (const { peers } of [one, other]) {
    closing.push(peers);
    await peers.start();
  }
  await waitFor(() => one.peers.status()?.heard === 1 && other.peers.status()?.heard === 1, {
    what: 'the link',
  });
  return [one, other];
}

const hearsAll = (gateway: Gateway, count: number) =>
  waitFor(() => gateway.taken.length >= count, { what: `${count} changes`, everyMs: 5 });

test.each([0, 3_600_000, -3_600_000])(
  'a part through one stands before the end of its upload through the other, with clocks %d ms apart',
  async (clockMs) => {
    const [one, other] = await linked(clockMs);
    // Long enough for a question and its answer.
    await sleep(20);
    const atMs = Date.now();
    one.untold = [event(part, atMs)];
    other.peers.take([event(complete, atMs + 20 + clockMs)]);
    await hearsAll(one, 2);
    await hearsAll(other, 2);
    expect([one.kinds, other.kinds]).toEqual([
      ['part', 'complete'],
      ['part', 'complete'],
    ]);
    // By each one's own clock.
    expect(Math.abs((other.taken[0]?.atMs ?? 0) - atMs - clockMs)).toBeLessThan(1_000);
  },
);

test('what was taken is in the ledger once settled, with the others heard', async () => {
  const [one] = await linked();
  one.peers.take([event(part)]);
  await one.peers.settle();
  expect(one.kinds).toEqual(['part']);
});

test('marks say how far everyone was heard, by the names of the runs', async () => {
  const [one, other] = await linked();
  one.peers.take([event(part), event(complete)]);
  await hearsAll(other, 2);
  await hearsAll(one, 2);
  const [[ownName = '', own] = []] = [...one.marks];
  const [[heardName = '', heard] = []] = [...other.marks];
  expect([own, heard]).toEqual([2, 2]);
  expect(ownName.endsWith(' own')).toBe(true);
  expect(heardName).toBe(ownName.replace(' own', ' heard'));
});

test('a store that this gateway does not have is left out', async () => {
  const [one, other] = await linked();
  one.peers.take([event(part, Date.now(), 'another'), event(complete)]);
  await hearsAll(other, 1);
  expect(other.kinds).toEqual(['complete']);
});

test('the metrics say who is heard, and count', async () => {
  const [one, other] = await linked();
  one.peers.take([event(part), event(complete)]);
  await hearsAll(other, 2);
  const { body } = await other.metrics.render();
  const lines = body
    .split('\n')
    .filter((line) => line.startsWith('sosapi_gateway_peer'))
    .sort();
  expect(lines).toEqual([
    'sosapi_gateway_peer_changes_total{outcome="heard"} 2',
    'sosapi_gateway_peers 1',
    'sosapi_gateway_peers_heard 1',
  ]);
});

test('at the end nothing is held back', async () => {
  const [one, other] = await linked();
  one.peers.take([event(part, Date.now() + 500)]);
  await one.peers.close();
  expect(one.kinds).toEqual(['part']);
  await hearsAll(other, 1);
});

test('without peers changes go straight to the ledger, and nothing listens', async () => {
  const alone = new Gateway(configOf(MINIMAL));
  alone.peers.take([event(part)]);
  expect(alone.kinds).toEqual(['part']);
  expect([alone.peers.status(), await alone.peers.start()]).toEqual([undefined, undefined]);
  expect((await alone.metrics.render()).body).toContain('sosapi_gateway_peers 0\n');
});
