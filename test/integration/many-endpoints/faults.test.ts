// Four nodes of one store under a mixed load: one is killed, hangs, is slow, breaks lines, answers errors, and comes back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';
import { type Fault, FaultyRelay } from './faulty-relay.ts';
import { entityName, MixedLoad } from './mixed-load.ts';
import { type FaultRow, faultsOnPage, writeTable } from './outcome-table.ts';

const NODES = 4;
const ENTITIES = 12;
/** A node that broke several times within a minute is left alone for longer each time, up to a minute. */
const RECOVERS_WITHIN_MS = 150_000;
const Bucket = bucketName('many');
const FAULTS: readonly (readonly [fault: Fault, words: string])[] = [
  ['refuse', 'killed: refuses connections'],
  ['reset', 'accepts, and breaks each line'],
  ['hang', 'accepts, and never answers'],
  ['errors', 'answers 500 to everything'],
  ['slow', 'answers slowly'],
];

let directory = '';
let store: EmbeddedStore;
let relays: readonly FaultyRelay[] = [];
let gateway: GatewayProcess;
let client: S3Client;
let load: MixedLoad;
const rows: FaultRow[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'many-'));
  store = await EmbeddedStore.start({ dataDirectory: directory });
  relays = await Promise.all(Array.from({ length: NODES }, () => FaultyRelay.before(store)));
  gateway = await GatewayProcess.start({
    store: asRunningStore(store),
    backend: {
      endpoints: relays.map(({ url }) => url),
      balancing: 'entity',
      // Long enough for a machine that does something else: a probe that is late would eject a node that is well.
      health: { interval: '2s', timeout: '2s', slowStart: '1s' },
    },
    config: { workers: 1, timeouts: { storeAnswer: '3s', bodyIdle: '3s' }, log: { access: false } },
  });
  client = sdk(gateway);
  await client.send(new CreateBucketCommand({ Bucket }));
  load = new MixedLoad(client, Bucket, ENTITIES);
});

afterAll(async () => {
  await load?.stop();
  client?.destroy();
  await gateway?.stop();
  await Promise.all(relays.map((relay) => relay.close()));
  await store?.kill();
  await rm(directory, { recursive: true, force: true });
});

// One fault that was not as it should be must not be the next one's.
afterEach(async () => {
  await Promise.all(relays.filter(({ fault }) => fault !== 'none').map((relay) => relay.revive()));
});

/** What a metric says of a node. */
async function metric(name: string, relay: FaultyRelay, state?: string): Promise<number> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const labels = `backend="embedded",endpoint="${relay.authority}"${state === undefined ? '' : `,state="${state}"`}`;
  const line = text.split('\n').find((each) => each.startsWith(`${name}{${labels}}`));
  if (line === undefined) throw new Error(`no ${name}{${labels}}`);
  return Number(line.split(' ').at(-1));
}

const isIn = async (relay: FaultyRelay, state: string) =>
  (await metric('sosapi_gateway_endpoint_state', relay, state)) === 1;

/** The node of each entity: the one that has had requests for it since all were forgotten. */
function homes(): ReadonlyMap<string, readonly FaultyRelay[]> {
  const names = Array.from({ length: ENTITIES }, (_, index) => entityName(index));
  return new Map(names.map((name) => [name, relays.filter(({ entities }) => entities.has(name))]));
}

async function observe(): Promise<ReadonlyMap<string, readonly FaultyRelay[]>> {
  for (const relay of relays) relay.forget();
  const isSeen = () => [...homes().values()].every((found) => found.length > 0);
  await waitFor(isSeen, { what: 'requests of every entity' });
  await sleep(500);
  return homes();
}

test('each entity has one node, and not all the same', async () => {
  const found = await observe();
  expect([...found.values()].map(({ length }) => length)).toEqual(Array(ENTITIES).fill(1));
  expect(new Set([...found.values()].flat()).size).toBeGreaterThan(1);
  expect(load.take()).toMatchObject({ failed: new Map(), wrong: [] });
});

test.each(FAULTS)(
  '%s',
  async (fault, words) => {
    const before = await observe();
    const dead = [...before.values()][0]?.[0] as FaultyRelay;
    const ejections = await metric('sosapi_gateway_endpoint_ejections_total', dead);
    load.take();
    for (const relay of relays) relay.forget();

    await dead.break(fault);
    const isEjected = fault !== 'slow';
    if (isEjected) {
      await waitFor(async () => (await metric('sosapi_gateway_endpoint_ejections_total', dead)) > ejections, {
        what: 'the node to be ejected',
      });
    }
    await sleep(4_000);
    const during = load.take();
    const { harmed } = dead;
    const moved = [...before]
      .filter(([, [home]]) => home !== dead)
      .flatMap(([name, [home]]) =>
        relays.filter((relay) => relay !== home).map(({ entities }) => entities.get(name) ?? 0),
      )
      .reduce((sum, count) => sum + count, 0);
    const countOf = (...names: string[]) =>
      names.reduce((sum, name) => sum + (during.failed.get(name) ?? 0), 0);
    rows.push({
      fault: words,
      ejected: isEjected,
      calls: during.done + countOf('GET', 'HEAD', 'LIST', 'PUT', 'DELETE'),
      readsFailed: countOf('GET', 'HEAD', 'LIST'),
      writesFailed: countOf('PUT', 'DELETE'),
      harmed,
      wrong: during.wrong.length,
      moved,
    });

    expect(during.wrong).toEqual([]);
    expect(during.done).toBeGreaterThan(0);
    expect(moved).toBe(0);
    expect(countOf('GET', 'HEAD', 'LIST', 'PUT', 'DELETE')).toBeLessThanOrEqual(harmed);
    // An entity writes one block at a time, and nothing reaches a node that is gone.
    const ofDead = [...before.values()].filter(([home]) => home === dead).length;
    if (fault === 'refuse') expect(countOf('PUT', 'DELETE')).toBeLessThanOrEqual(ofDead);
    // Whatever can be sent again is, where it had no answer.
    if (fault !== 'errors') expect(countOf('GET', 'HEAD', 'LIST')).toBe(0);
    if (!isEjected) expect(ejectionsOf(dead).slice(ejections)).toEqual([]);

    await dead.revive();
    await waitFor(() => isIn(dead, 'healthy'), { what: 'the node to be healthy again', timeoutMs: 90_000 });
    await sleep(1_000);
    load.take();
    expect(await observe()).toEqual(before);
    expect(load.take()).toMatchObject({ failed: new Map(), wrong: [] });
  },
  RECOVERS_WITHIN_MS,
);

const ejectionsOf = (relay: FaultyRelay) =>
  gateway
    .logs()
    .filter(
      ({ msg, endpoint }) => endpoint === relay.authority && msg?.startsWith('endpoint of the store ejected'),
    )
    .map(({ reason }) => reason);

test('the log says each change of state once', () => {
  const ejected = relays.flatMap(ejectionsOf);
  const ejections = rows.filter(({ ejected: wasEjected }) => wasEjected).length;
  const back = gateway.logs().filter(({ msg }) => msg === 'endpoint of the store works again');
  expect([ejected.length, back.length]).toEqual([ejections, ejections]);
});

test('the page shows these faults', () => {
  if (process.env['WRITE_MANY_ENDPOINTS'] !== undefined) writeTable(rows);
  expect(faultsOnPage()).toEqual(FAULTS.map(([, words]) => words));
});
