// Gateways over real connections: each change is heard once, after breaks too, and nobody without the secret is heard at all.
import { randomBytes } from 'node:crypto';
import {
  type AddressInfo,
  connect as connectPlain,
  createServer as createPlainServer,
  type Socket,
} from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { PeerChange } from '../../../src/peers/peer-change.ts';
import { type NumberedChange, PeerGroup, type PeerGroupOptions } from '../../../src/peers/peer-group.ts';
import { createRunName } from '../../../src/peers/run-name.ts';
import { Secret } from '../../../src/secret.ts';
import { freePort } from '../../support/free-port.ts';
import { waitFor } from '../../support/wait.ts';

const SECRET = 'a secret that is long enough for it';
const HOST = '127.0.0.1';

class Gateway {
  readonly heard: NumberedChange[] = [];
  readonly missed: number[] = [];
  readonly lost: string[] = [];
  readonly refused: string[] = [];
  told = 0;
  readonly run: string;
  readonly group: PeerGroup;

  constructor(
    port: number,
    others: readonly number[],
    more: Partial<PeerGroupOptions> & { readonly run?: string } = {},
  ) {
    this.run = more.run ?? createRunName(Date.now(), randomBytes(12));
    this.group = new PeerGroup({
      listen: { host: HOST, port },
      gateways: others.map((other) => ({ host: HOST, port: other })),
      secret: new Secret(SECRET),
      heard: [],
      own: [],
      settle: async () => {},
      onHeard() {},
      onChanges: (_peer, changes) => this.heard.push(...changes),
      onTold: () => {
        this.told += 1;
      },
      onSilent() {},
      onLost: (_peer, reason) => this.lost.push(reason),
      onMissed: (_peer, changes) => this.missed.push(changes),
      onRefused: (_remote, reason) => this.refused.push(reason),
      now: Date.now,
      random: () => 0,
      ...more,
      run: this.run,
    });
  }

  say(...keys: readonly string[]): void {
    this.group.tell(keys.map(put));
  }

  get keys(): readonly string[] {
    return this.heard.map(({ change }) => ('key' in change ? change.key : ''));
  }
}

const put = (key: string): PeerChange => ({
  backend: 'store',
  atMs: Date.now(),
  change: { kind: 'put', bucket: 'b', key, bytes: 1 },
});
const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function started(...given: ConstructorParameters<typeof Gateway>): Promise<Gateway> {
  const gateway = new Gateway(...given);
  closing.push(() => gateway.group.close());
  await gateway.group.start();
  return gateway;
}

const until = (probe: () => boolean, what: string) => waitFor(probe, { what, timeoutMs: 10_000, everyMs: 5 });

describe('two gateways', () => {
  test('hear each other, each change once and in order', async () => {
    const [one, other] = [await freePort(), await freePort()];
    const a = await started(one, [one, other]);
    const b = await started(other, [one, other]);
    await until(() => a.group.status.heard === 1 && b.group.status.heard === 1, 'both to hear');
    // Each found itself in the list.
    expect([a.group.status, b.group.status]).toEqual([
      { of: 1, heard: 1 },
      { of: 1, heard: 1 },
    ]);
    a.say(...range(0, 1_000));
    b.say('of b');
    a.say(...range(1_000, 3_000));
    await until(() => b.heard.length >= 3_000 && a.heard.length >= 1, 'all to be heard');
    expect(b.keys).toEqual(range(0, 3_000));
    expect(b.heard.map(({ number }) => number)).toEqual(range(1, 3_001).map(Number));
    expect(a.keys).toEqual(['of b']);
    expect([a.missed, b.missed, a.lost]).toEqual([[], [], expect.anything()]);
  });

  test('one that comes back is told what it missed, and nothing twice', async () => {
    const [one, other] = [await freePort(), await freePort()];
    const a = await started(one, [other]);
    const before = await started(other, [one]);
    a.say('1', '2');
    await until(() => before.heard.length === 2, 'two to be heard');
    await before.group.close();
    a.say('3');
    const after = await started(other, [one], { heard: [[a.run, 2]] });
    a.say('4');
    await until(() => after.heard.length === 2, 'the rest to be heard');
    expect([after.keys, after.missed]).toEqual([['3', '4'], []]);
  });

  test('one that was killed gets back what it had said and not written down', async () => {
    const [one, other] = [await freePort(), await freePort()];
    const b = await started(other, [one]);
    const killed = await started(one, [other]);
    killed.say('1', '2', '3');
    await until(() => b.heard.length === 3, 'all to be heard');
    await killed.group.close();
    const again = await started(one, [other], { own: [[killed.run, 1]] });
    await until(() => again.heard.length === 2, 'the rest to be given back');
    expect(again.heard.map(({ run, number }) => [run, number])).toEqual([
      [killed.run, 2],
      [killed.run, 3],
    ]);
    expect(b.keys).toEqual(['1', '2', '3']);
  });

  test('one that was away too long says how much it does not know', async () => {
    const [one, other] = [await freePort(), await freePort()];
    const a = await started(one, []);
    // More than is kept.
    for (let turn = 0; turn < 201; turn++) a.say(...range(0, 1_000));
    const b = await started(other, [one], { heard: [[a.run, 10]] });
    await until(() => b.heard.at(-1)?.number === 201_000, 'the latest to be heard');
    const [missed = 0] = b.missed;
    expect(missed).toBeGreaterThanOrEqual(990);
    expect(b.heard[0]?.number).toBe(10 + missed + 1);
    expect(b.heard.length).toBe(201_000 - 10 - missed);
  });

  test('a question is answered when all before it was told', async () => {
    const [one, other] = [await freePort(), await freePort()];
    const settled = Promise.withResolvers<void>();
    const a: Gateway = await started(one, [], {
      async settle() {
        await settled.promise;
        a.say('late');
      },
    });
    const counts: number[] = [];
    const b: Gateway = await started(other, [one], { onTold: () => counts.push(b.heard.length) });
    await until(() => b.group.status.heard === 1, 'b to hear');
    settled.resolve();
    await until(() => counts.length > 0, 'the answer');
    expect(counts[0]).toBe(1);
  });

  test('say at their end what they have not said yet', async () => {
    const [one, other] = [await freePort(), await freePort()];
    const a = await started(one, []);
    const b = await started(other, [one]);
    await until(() => b.group.status.heard === 1, 'b to hear');
    a.say('last words');
    await a.group.close();
    await until(() => b.heard.length === 1, 'the last words');
  });
});

describe('who does not belong', () => {
  test('one with another secret hears nothing and is not heard', async () => {
    const [one, other] = [await freePort(), await freePort()];
    const a = await started(one, [other]);
    a.say('secret matters');
    const stranger = await started(other, [one], {
      secret: new Secret('another secret, and as long as that'),
    });
    stranger.say('believe me');
    const reason = 'it has another secret, or no gateway is there';
    await until(
      () => a.lost.includes(reason) && stranger.lost.includes(reason) && a.refused.length > 0,
      'both to be refused',
    );
    expect([a.heard, stranger.heard, a.group.status.heard]).toEqual([[], [], 0]);
    expect(a.refused).toContain('it has another secret');
    expect(JSON.stringify([a.lost, a.refused, stranger.lost])).not.toContain(SECRET);
  });

  test('one that speaks in the clear gets no word', async () => {
    const port = await freePort();
    const a = await started(port, []);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connectPlain(port, HOST, () => socket.write('{"kind":"hello"}\n'));
      socket.on('data', (piece) => {
        text += piece.toString('latin1');
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text));
    });
    // An alert of TLS at the most.
    expect(answer.length).toBeLessThanOrEqual(7);
    await until(() => a.refused.length > 0, 'the refusal');
  });

  test('a listener that is no gateway is called again later, and said to be none', async () => {
    const sockets = new Set<Socket>();
    const server = createPlainServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }).listen(0, HOST);
    await new Promise((resolve) => server.once('listening', resolve));
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const a = await started(await freePort(), [(server.address() as AddressInfo).port]);
    await until(() => a.lost.length > 1, 'two calls');
    expect(a.group.status).toEqual({ of: 1, heard: 0 });
  });

  test('nobody there is nobody heard', async () => {
    const a = await started(await freePort(), [await freePort()]);
    await until(() => a.lost.length > 1, 'two calls');
    expect(a.lost[0]).toBe('nobody listens there');
  });
});
