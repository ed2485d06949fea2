// A config that cannot be used, or not without a restart: it is said, nothing of it is served, and the gateway goes on.
import { rm, writeFile } from 'node:fs/promises';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { BUCKET, ReloadGateway } from './reload-fixture.ts';

const SECOND = { accessKeyId: 'SECONDCLIENT', secretAccessKey: 'second-client-secret-0123456789' };

async function expectAsBefore(at: ReloadGateway): Promise<void> {
  const { $metadata } = await at.client().send(new HeadBucketCommand({ Bucket: BUCKET }));
  expect($metadata.httpStatusCode).toBe(200);
  await expect(at.client(SECOND).send(new HeadBucketCommand({ Bucket: BUCKET }))).rejects.toThrow();
}

describe.each([1, 2])('with %i workers', (workers) => {
  test('what cannot be read or used is told line by line', async () => {
    await using at = await ReloadGateway.start({ workers });
    const good = await at.written();
    const { configFile } = at.gateway;
    const duplicate = { ...good, buckets: [...good.buckets, ...good.buckets] };
    const cases: readonly (readonly [text: string | undefined, problem: RegExp])[] = [
      ['', /gateway\.yaml backends: /],
      ['backends: [', /gateway\.yaml:1: /],
      [JSON.stringify(duplicate), /gateway\.yaml:1 buckets\[1\]/],
      [JSON.stringify(good).slice(0, 200), /gateway\.yaml/],
      [undefined, /expected the config file, found no such file/],
    ];
    for (const [text, problem] of cases) {
      if (text === undefined) await rm(configFile);
      else await writeFile(configFile, text);
      const line = await at.hangUp();
      expect(line['level']).toBe('error');
      expect(line.msg).toBe('the config cannot be used; the gateway goes on with the one it has');
      expect(line['problem']).toMatch(problem);
      await expectAsBefore(at);
    }
    expect(await at.metric('sosapi_gateway_reloads_total', 'result="invalid"')).toBeGreaterThanOrEqual(
      cases.length,
    );
    await writeFile(configFile, JSON.stringify(good));
    expect((await at.hangUp()).msg).toBe('the config says what it said before');
  });

  test('what needs a restart refuses the whole file and names each key', async () => {
    await using at = await ReloadGateway.start({ workers });
    const port = await freePort();
    const line = await at.change((config) => {
      config.credentials.push({ ...SECOND, buckets: ['*'], access: 'read-write' });
      config.listeners.admin['port'] = port;
      config['workers'] = 3;
    });
    expect(line.msg).toContain('the config changes what only a restart can; nothing of it is served');
    expect(line['problems']).toEqual([
      'listeners.admin.port cannot change while the gateway runs (a listener is bound once): restart it, or take the change back.',
      'workers cannot change while the gateway runs (processes are started with the gateway): restart it, or take the change back.',
    ]);
    await expectAsBefore(at);
    // Without what needs a restart the rest is served.
    await at.change((config) => {
      config.listeners.admin['port'] = 0;
      config['workers'] = workers;
    });
    const { $metadata } = await at.client(SECOND).send(new HeadBucketCommand({ Bucket: BUCKET }));
    expect($metadata.httpStatusCode).toBe(200);
  });
});

test('a port that another program has keeps the gateway from its start, in one sentence', async () => {
  await using at = await ReloadGateway.start({ workers: 1 });
  const { port } = at.gateway.s3;
  const listeners = { s3: [{ host: '127.0.0.1', port }], admin: { host: '127.0.0.1', port: 0 } };
  await expect(ReloadGateway.start({ workers: 1, listeners })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: another program uses that port`,
  );
});
