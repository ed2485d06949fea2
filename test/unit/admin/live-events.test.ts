// GET /api/live and GET /api/events over a real socket: what is told, to how many, and what becomes of readers that are slow.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import { EventStreams, type EventStreamsOptions } from '../../../src/admin/event-streams.ts';
import { MAX_STREAMS } from '../../../src/admin/live-routes.ts';
import type { LiveReport } from '../../../src/admin/live-schemas.ts';
import type { AdminPorts } from '../../../src/admin/ports.ts';
import { waitFor } from '../../support/wait.ts';

const REPORT: LiveReport = {
  at: '2026-11-22T03:00:00.000Z',
  startedAt: '2026-11-22T02:00:00.000Z',
  workers: 2,
  connections: 3,
  traffic: { stepSeconds: 5, points: [] },
  latency: { windowSeconds: 300, operations: [] },
  entities: [],
  backends: [{ name: 'ceph', kind: 'ceph-rgw' }],
  endpoints: [],
  refusals: [],
};

const closing: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** One reader: what came, event by event. */
class Reader {
  readonly socket: Socket;
  text = '';
  #closed = false;

  constructor(port: number, method = 'GET') {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.socket
      .on('error', () => {})
      .on('close', () => {
        this.#closed = true;
      });
    this.socket.write(`${method} /api/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
    closing.push(() => this.socket.destroy());
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get status(): number {
    return Number(this.text.split(' ', 2)[1] ?? 0);
  }

  /** Their data. */
  events(name: string): readonly string[] {
    return [...this.text.matchAll(new RegExp(`^event: ${name}\\ndata: (.*)\\n\\n`, 'gm'))].map(
      ([, data = '']) => data,
    );
  }
}

async function gateway(ports: Partial<AdminPorts> = {}): Promise<number> {
  const app = createAdminServer({
    version: '1.2.3',
    isReady: async () => ({ ready: true, backends: [] }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    capacities: async () => [{ bucket: 'b', backend: 'ceph', served: false }],
    capacityHistory: () => ({ stepMs: 60_000, series: [] }),
    live: async () => REPORT,
    ...ports,
  });
  closing.push(() => app.close());
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
}

/** Streams alone, quick ones; `tell` makes them tell something new. */
async function streams(options: Partial<EventStreamsOptions> = {}) {
  const state = { made: 0, mark: '0', data: 'x', failed: [] as string[] };
  const own = new EventStreams({
    everyMs: 10,
    maxStreams: 100,
    now: () => performance.now(),
    onFailed: (source) => void state.failed.push(source),
    sources: [
      {
        name: 'live',
        async make() {
          state.made++;
          return { data: `${state.mark} ${state.data}`, mark: state.mark };
        },
      },
    ],
    ...options,
  });
  const server: Server = createServer((_request, response) => {
    if (!own.open(response, {})) response.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    own.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { own, state, port };
}

describe('GET /api/live', () => {
  test('is the report with the version', async () => {
    const port = await gateway();
    const answer = await fetch(`http://127.0.0.1:${port}/api/live`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ version: '1.2.3', ...REPORT });
  });

  test('a field that the schema does not list cannot get out', async () => {
    const port = await gateway({ live: async () => ({ ...REPORT, secret: 'x' }) as LiveReport });
    const reader = new Reader(port);
    await waitFor(() => reader.events('live').length > 0, { what: 'an event', everyMs: 5 });
    expect(await (await fetch(`http://127.0.0.1:${port}/api/live`)).json()).not.toHaveProperty('secret');
    expect(reader.text).not.toContain('secret');
  });

  test('takes no query', async () => {
    const port = await gateway();
    for (const path of ['live', 'events']) {
      expect((await fetch(`http://127.0.0.1:${port}/api/${path}?a=b`)).status).toBe(400);
    }
  });
});

describe('GET /api/events', () => {
  test('begins with all there is, as the other pages tell it', async () => {
    const port = await gateway();
    const reader = new Reader(port);
    await waitFor(() => ['live', 'capacity', 'veeam'].every((name) => reader.events(name).length > 0), {
      what: 'each event',
      everyMs: 5,
    });
    expect(reader.status).toBe(200);
    expect(reader.text).toMatch(/^content-type: text\/event-stream/im);
    expect(reader.text).toMatch(/^cache-control: no-store/im);
    for (const name of ['live', 'capacity', 'veeam']) {
      const [data = ''] = reader.events(name);
      const page = await (await fetch(`http://127.0.0.1:${port}/api/${name}`)).json();
      expect(JSON.parse(data)).toEqual(page);
    }
  });

  test('one too many is told so and to come back', async () => {
    const port = await gateway();
    const readers = Array.from({ length: MAX_STREAMS }, () => new Reader(port));
    await waitFor(() => readers.every(({ status }) => status === 200), { what: 'all to read', everyMs: 5 });
    const refused = await fetch(`http://127.0.0.1:${port}/api/events`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    readers[0]?.socket.destroy();
    await waitFor(
      async () => {
        const reader = new Reader(port);
        await waitFor(() => reader.status > 0, { what: 'an answer', everyMs: 5 });
        return reader.status === 200;
      },
      { what: 'room again', everyMs: 20 },
    );
  });

  test('HEAD opens none', async () => {
    const port = await gateway();
    const answer = await fetch(`http://127.0.0.1:${port}/api/events`, { method: 'HEAD' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test('all end when the listener closes', async () => {
    const app = createAdminServer({
      version: '0',
      isReady: async () => ({ ready: true, backends: [] }),
      renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
      capacities: async () => [],
      capacityHistory: () => ({ stepMs: 60_000, series: [] }),
      live: async () => REPORT,
    });
    const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
    const readers = [new Reader(port), new Reader(port)];
    await waitFor(() => readers.every((reader) => reader.events('live').length > 0), {
      what: 'events',
      everyMs: 5,
    });
    await app.close();
    await waitFor(() => readers.every(({ isClosed }) => isClosed), { what: 'all to be closed', everyMs: 5 });
  });
});

describe('event streams', () => {
  test('make what they tell once for all, and nothing while nobody reads', async () => {
    const { own, state, port } = await streams();
    expect(state.made).toBe(0);
    const readers = Array.from({ length: 20 }, () => new Reader(port));
    await waitFor(() => readers.every((reader) => reader.events('live').length > 0), {
      what: 'events',
      everyMs: 5,
    });
    const before = state.made;
    state.mark = '1';
    await waitFor(() => readers.every((reader) => reader.events('live').length > 1), {
      what: 'events',
      everyMs: 5,
    });
    expect(readers.map((reader) => reader.events('live'))).toEqual(
      Array.from({ length: 20 }, () => ['0 x', '1 x']),
    );
    expect(state.made - before).toBeLessThan(20);
    for (const { socket } of readers) socket.destroy();
    await waitFor(() => own.size === 0, { what: 'all to be gone', everyMs: 5 });
    const made = state.made;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(state.made).toBe(made);
  });

  test('what does not change is told again only where that is wanted', async () => {
    let nowMs = 0;
    let made = 0;
    const source = (name: string, atLeastEveryMs?: number) => ({
      name,
      make: () => {
        made++;
        return { data: 'same', mark: 'same' };
      },
      ...(atLeastEveryMs !== undefined && { atLeastEveryMs }),
    });
    const { port } = await streams({ now: () => nowMs, sources: [source('often', 1000), source('once')] });
    const reader = new Reader(port);
    await waitFor(() => made > 10, { what: 'some turns', everyMs: 5 });
    expect([reader.events('often').length, reader.events('once').length]).toEqual([1, 1]);
    nowMs = 1000;
    await waitFor(() => reader.events('often').length === 2, { what: 'it to be told again', everyMs: 5 });
    expect(reader.events('once')).toHaveLength(1);
  });

  test('a silent one is kept alive', async () => {
    let nowMs = 0;
    const { port } = await streams({ now: () => nowMs });
    const reader = new Reader(port);
    await waitFor(() => reader.events('live').length === 1, { what: 'the event', everyMs: 5 });
    nowMs = 15_000;
    await waitFor(() => /^:\n/m.test(reader.text), { what: 'a comment', everyMs: 5 });
  });

  test('a slow reader misses events, costs no memory and holds up nobody', async () => {
    const { own, state, port } = await streams();
    // More than all buffers on the way hold.
    state.data = 'x'.repeat(1024 * 1024);
    const slow = new Reader(port);
    slow.socket.pause();
    const quick = new Reader(port);
    const turns = 60;
    for (let turn = 1; turn <= turns; turn++) {
      state.mark = String(turn);
      await waitFor(() => quick.text.includes(`data: ${turn} x`), { what: `event ${turn}`, everyMs: 2 });
      quick.text = '';
    }
    expect(own.size).toBe(2);
    slow.socket.resume();
    await waitFor(() => slow.text.includes(`data: ${turns} x`), { what: 'the latest', everyMs: 5 });
    const got = slow.events('live').length;
    expect(got).toBeGreaterThan(0);
    expect(got).toBeLessThan(turns / 2);
  });

  test('one that reads nothing for a minute makes room', async () => {
    let nowMs = 0;
    const { own, state, port } = await streams({ now: () => nowMs });
    state.data = 'x'.repeat(16 * 1024 * 1024);
    const stuck = new Reader(port);
    stuck.socket.pause();
    await waitFor(() => own.size === 1 && state.made > 2, { what: 'it to be stuck', everyMs: 5 });
    nowMs = 60_000;
    await waitFor(() => own.size === 0, { what: 'it to be gone', everyMs: 5 });
  });

  test('a source that fails holds up no other, and is told of once', async () => {
    let fails = true;
    let made = 0;
    const { state, port } = await streams({
      sources: [
        {
          name: 'bad',
          async make() {
            made++;
            if (fails) throw new Error('no');
            return { data: 'better', mark: 'b' };
          },
        },
        { name: 'good', make: () => ({ data: 'here', mark: 'g' }) },
        { name: 'hangs', make: () => new Promise<never>(() => {}) },
      ],
    });
    const reader = new Reader(port);
    await waitFor(() => made > 5, { what: 'some turns', everyMs: 5 });
    expect(reader.events('good')).toEqual(['here']);
    expect(state.failed).toEqual(['bad']);
    fails = false;
    await waitFor(() => reader.events('bad').length === 1, { what: 'it to work', everyMs: 5 });
  });
});
