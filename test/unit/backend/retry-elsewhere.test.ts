// What is sent again to another endpoint, and what is not: a gateway in front of one node that breaks and one that works.
import { expect, test } from 'vitest';
import { type Ask, startGateway } from '../gateway/gateway-fixture.ts';
import { startStore } from '../http1/wire-fixture.ts';
import { backendOver } from './backend-fixture.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** The node whose turn is first breaks each line at its first byte; `another` is whether there is one that works. */
async function askBroken(ask: Ask, { another = true } = {}) {
  await using breaking = await startStore((connection) => {
    connection.socket.on('data', () => connection.socket.resetAndDestroy());
  });
  await using working = await startStore((connection) => {
    connection.socket.on('data', () => connection.send(OK));
  });
  const { backend, changes } = backendOver(another ? [breaking.port, working.port] : [breaking.port]);
  await using gateway = await startGateway({ backend });
  try {
    const { answer, code } = await gateway.ask(ask);
    return {
      outcome: code ?? answer.status,
      tried: breaking.connections.length,
      elsewhere: working.connections.length,
      retried: changes.filter((change) => change === 'retried').length,
    };
  } finally {
    backend.close();
  }
}

test.each([
  ['GET', { method: 'GET', target: '/bucket/key' }],
  ['HEAD', { method: 'HEAD', target: '/bucket/key' }],
] as const)('%s on a fresh connection that breaks is answered by another endpoint', async (_name, ask) => {
  expect(await askBroken(ask)).toEqual({ outcome: 200, tried: 1, elsewhere: 1, retried: 1 });
});

test.each([
  ['DELETE', { method: 'DELETE', target: '/bucket/key' }],
  ['an upload that had begun', { method: 'PUT', target: '/bucket/key', body: 'hello' }],
] as const)('%s is not sent twice: its client decides', async (_name, ask) => {
  expect(await askBroken(ask)).toEqual({ outcome: 'ServiceUnavailable', tried: 1, elsewhere: 0, retried: 0 });
});

test('GET on a fresh connection that breaks is not sent again where there is no other endpoint', async () => {
  expect(await askBroken({ method: 'GET', target: '/bucket/key' }, { another: false })).toEqual({
    outcome: 'ServiceUnavailable',
    tried: 1,
    elsewhere: 0,
    retried: 0,
  });
});
