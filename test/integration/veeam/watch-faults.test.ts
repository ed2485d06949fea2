// A gateway whose Veeam server is gone, or never answers: it serves all the same, says so once, and ends when it is told to.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { VeeamAnswer } from '../../../src/admin/veeam-schemas.ts';
import { numbersOf } from '../../support/capacity-document.ts';
import { waitFor } from '../../support/wait.ts';
import { VeeamSetup } from './veeam-setup.ts';

vi.setConfig({ testTimeout: 120_000 });

const NOT_ASKED = 'Veeam was not asked: what it believes is not known';

async function metric(setup: VeeamSetup, name: string): Promise<number> {
  const page = await (await fetch(`${setup.admin}/metrics`)).text();
  return Number(
    page
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );
}

test('a Veeam server that is gone is told of once and counted', async () => {
  await using setup = await VeeamSetup.start({ isWatching: true, section: { every: '200ms' } });
  const up = () => metric(setup, 'sosapi_gateway_veeam_up{server="vbr"}');
  await waitFor(async () => (await up()) === 1, { what: 'the first answer' });
  await setup.closeRehearsal();
  await waitFor(async () => (await metric(setup, 'sosapi_gateway_veeam_failures_total{server="vbr"}')) >= 3, {
    what: 'three failures',
    timeoutMs: 60_000,
  });
  expect(await up()).toBe(0);
  const lines = setup.gateway.lines.filter(({ msg, server }) => msg === NOT_ASKED && server === 'vbr');
  // The connection may break first and be refused afterwards: two reasons, however many failures.
  expect(lines.length).toBeGreaterThan(0);
  expect(new Set(lines.map(({ reason }) => reason)).size).toBe(lines.length);
  const { servers } = (await (await fetch(`${setup.admin}/api/veeam`)).json()) as VeeamAnswer;
  expect(servers[0]).toMatchObject({ name: 'vbr', answered: false, failingSince: expect.any(String) });
  expect((await numbersOf(setup.client, 'veeam-1')).capacity).toBeGreaterThan(0);
});

test('a Veeam server that never answers holds up neither serving nor the end', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const connected = once(silent, 'connection');
  try {
    await using setup = await VeeamSetup.start({
      isWatching: true,
      section: { url: `https://127.0.0.1:${port}`, timeout: '10m' },
    });
    await connected;
    expect((await numbersOf(setup.client, 'veeam-1')).capacity).toBeGreaterThan(0);
    setup.gateway.process.signal('SIGTERM');
    expect(await setup.gateway.code()).toBe(0);
  } finally {
    silent.close();
  }
});

test('a login that is refused is not tried again: that would lock the account', async () => {
  await using setup = await VeeamSetup.start({
    isWatching: true,
    section: { every: '100ms', password: 'not it' },
  });
  const failures = () => metric(setup, 'sosapi_gateway_veeam_failures_total{server="vbr"}');
  await waitFor(async () => (await failures()) === 1, { what: 'the first refusal' });
  // Some ten rounds more.
  await sleep(1_000);
  expect(await failures()).toBe(1);
  const { servers } = (await (await fetch(`${setup.admin}/api/veeam`)).json()) as VeeamAnswer;
  expect(servers[0]).toMatchObject({ answered: false, error: expect.stringContaining('logging in as') });
  expect(setup.gateway.lines.filter(({ msg }) => msg?.includes('refused the login'))).toHaveLength(1);
});
