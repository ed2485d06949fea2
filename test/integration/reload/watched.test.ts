// Files that change while the gateway runs, in every way that tools change them.
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait.ts';
import { BUCKET, ReloadGateway } from './reload-fixture.ts';

const applied = (count: number) => (at: ReloadGateway) =>
  at.gateway.logs().filter(({ msg, cause }) => cause === 'file change' && msg?.includes('has changed'))
    .length >= count;

async function accepts(at: ReloadGateway, secretAccessKey: string): Promise<boolean> {
  const client = at.client({ ...at.gateway.credentials, secretAccessKey });
  return client.send(new HeadBucketCommand({ Bucket: BUCKET })).then(
    () => true,
    () => false,
  );
}

test('a secret in a file of its own: written in place, renamed over, and behind a link that is swapped', async () => {
  await using at = await ReloadGateway.start({ workers: 1 });
  const directory = dirname(at.gateway.configFile);
  // As Kubernetes lays out a secret: the file is a link through `..data`, which is a link to a directory.
  await mkdir(join(directory, '..first'));
  await writeFile(join(directory, '..first', 'secret'), 'secret-of-the-first-directory');
  await symlink('..first', join(directory, '..data'));
  await symlink('..data/secret', join(directory, 'secret'));
  await at.write((config) => {
    for (const each of config.credentials) Object.assign(each, { secretAccessKey: { file: 'secret' } });
  });
  await waitFor(() => applied(1)(at), { what: 'the config to be noticed' });
  expect(await accepts(at, 'secret-of-the-first-directory')).toBe(true);

  await mkdir(join(directory, '..second'));
  await writeFile(join(directory, '..second', 'secret'), 'secret-of-the-second-directory');
  await symlink('..second', join(directory, '..data_tmp'));
  await rename(join(directory, '..data_tmp'), join(directory, '..data'));
  await waitFor(() => applied(2)(at), { what: 'the link to be noticed' });
  expect(await accepts(at, 'secret-of-the-second-directory')).toBe(true);

  await writeFile(join(directory, '..second', 'secret'), 'secret-that-was-written-in-place');
  await waitFor(() => applied(3)(at), { what: 'the file to be noticed' });
  expect(await accepts(at, 'secret-that-was-written-in-place')).toBe(true);

  await writeFile(join(directory, 'new'), 'secret-that-was-renamed-into-place');
  await rename(join(directory, 'new'), join(directory, 'secret'));
  await waitFor(() => applied(4)(at), { what: 'the rename to be noticed' });
  expect(await accepts(at, 'secret-that-was-renamed-into-place')).toBe(true);
});

test('a config that is emptied is refused, and noticed when it is mended', async () => {
  await using at = await ReloadGateway.start({ workers: 1 });
  const { configFile } = at.gateway;
  const good = await at.written();
  await writeFile(configFile, '');
  await at.said(({ cause, problem }) => cause === 'file change' && problem !== undefined, 'the refusal');
  expect(await accepts(at, at.gateway.credentials.secretAccessKey)).toBe(true);
  await writeFile(configFile, JSON.stringify({ ...good, log: { access: false } }));
  await waitFor(() => applied(1)(at), { what: 'the mended config to be served' });
});
