// `verify` as a command, on real stores: sound, at work, damaged, not there.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { embeddedGateway } from '../serve/embedded-fixture.ts';
import { ran, scratch } from './cli-fixture.ts';

const Bucket = 'veeam-1';
const LARGE = Buffer.alloc(300_000, 'large');

/** Writes objects there, one large and one small, and damages none. */
async function fill(directory: string, whileItRuns: () => Promise<void> = async () => {}): Promise<void> {
  await using at = await embeddedGateway(directory);
  await at.client.send(new PutObjectCommand({ Bucket, Key: 'large', Body: LARGE }));
  await at.client.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'small' }));
  await whileItRuns();
}

async function bodyFile(directory: string): Promise<string> {
  const [folder = ''] = await readdir(join(directory, 'objects'));
  const [file = ''] = await readdir(join(directory, 'objects', folder));
  return join(directory, 'objects', folder, file);
}

const config = (dataDirectory: string) => `backends:
  - { name: s3, kind: s3, endpoints: [http://127.0.0.1:1], accessKeyId: KEY, secretAccessKey: { file: secret } }
  - { name: local, kind: embedded, dataDirectory: ${dataDirectory} }
buckets: [{ match: "*", backend: local }]
credentials: [{ accessKeyId: KEY, secretAccessKey: { file: secret }, access: read-write }]
`;

test('a sound store is exit code 0, also while it runs, by --data, by config and by default', async () => {
  await using directory = await scratch();
  const data = join(directory.path, 'data');
  await writeFile(join(directory.path, 'secret'), 'a-secret\n', { mode: 0o600 });
  await writeFile(join(directory.path, 'gateway.yaml'), config('./data'), { mode: 0o600 });
  const sound = /data: sound \(2 bodies, 292\.97 KiB read\)\n$/;
  await fill(data, async () => {
    const { code, out, err } = await ran(['verify', '--data', 'data'], directory.path);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(sound);
  });
  for (const args of [['verify'], ['verify', '--config', 'gateway.yaml']]) {
    const { code, out, err } = await ran(args, directory.path);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(sound);
  }
  const { out } = await ran(['verify', '--json'], directory.path, { SOSAPI_DATA_DIR: 'data' });
  expect(JSON.parse(out)).toMatchObject([{ dataDirectory: data, isSound: true, bodies: 2, bytes: '300005' }]);
});

test('damage is exit code 1 and a table that names the object', async () => {
  await using directory = await scratch();
  const data = join(directory.path, 'data');
  await fill(data);
  const file = await bodyFile(data);
  const bytes = await readFile(file);
  bytes[150_000] = (bytes[150_000] ?? 0) ^ 1;
  await writeFile(file, bytes);
  const { code, out } = await ran(['verify'], directory.path);
  expect(code).toBe(1);
  const [head = '', titles = '', row = ''] = out.split('\n');
  expect(head).toMatch(/data: \d findings? /);
  expect(titles).toMatch(/^DAMAGED +BUCKET +KEY +VERSION +FILE +WHAT$/);
  expect(row).toMatch(/^object +veeam-1 +large +\S+ +objects\/\w+\/\w+ +\S/);
  expect(row.indexOf('veeam-1')).toBe(titles.indexOf('BUCKET'));
  const { code: again, out: json } = await ran(['verify', '--json'], directory.path);
  expect(again).toBe(1);
  expect(JSON.parse(json)).toMatchObject([{ isSound: false, findings: [{ owner: { key: 'large' } }] }]);
});

test.each([
  ['no directory', ['verify'], 2, /there is no data directory \/.*data: name one with --data/],
  ['a directory that is no store', ['verify', '--data', '.'], 1, /is not a store/],
  ['a config without one', ['verify', '--config', 'remote.yaml'], 2, /no backend of kind embedded/],
  [
    'a config that is not there',
    ['verify', '--config', 'nowhere.yaml'],
    2,
    /nowhere\.yaml: expected the config file/,
  ],
])('%s is one sentence and nothing else', async (_name, args, expected, sentence) => {
  await using directory = await scratch();
  await writeFile(
    join(directory.path, 'remote.yaml'),
    `backends: [{ name: s3, kind: s3, endpoints: [http://h], accessKeyId: KEY, secretAccessKey: secret }]
credentials: [{ accessKeyId: KEY, secretAccessKey: a-secret, access: read-write }]\n`,
    { mode: 0o600 },
  );
  const { code, out, err } = await ran(args, directory.path);
  expect([code, out]).toEqual([expected, '']);
  expect(err).toMatch(sentence);
  expect(err).toMatch(/^[^\n]+\n$/);
});
