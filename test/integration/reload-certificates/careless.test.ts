// Certificates that are no good: said clearly, and the gateway that runs goes on with those it had.
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogLine } from '../../support/gateway-process.ts';
import { OwnedProcess } from '../../support/owned-process.ts';
import { waitFor } from '../../support/wait.ts';
import { CertifiedGateway } from './certified-gateway.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

let at: CertifiedGateway;
beforeAll(async () => {
  at = await CertifiedGateway.start(1);
});
afterAll(() => at[Symbol.asyncDispose]());

function problemsOf(line: LogLine): string {
  return String(line['problem'] ?? line['problems']);
}

async function ran(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string }> {
  const node = join(ROOT, 'node_modules/.bin/node');
  const child = new OwnedProcess('the command', node, ['src/cli/main.ts', ...args], { cwd: ROOT });
  let out = '';
  for (const stream of [child.child.stdout, child.child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
  }
  const { code } = await child.exited;
  return { code, out };
}

describe('a reload with', () => {
  const own = () => join(at.directory, 'second.crt');

  test.each<[name: string, change: () => Promise<unknown>, result: RegExp]>([
    [
      'an expired certificate',
      () => at.replace('second', { notAfter: Date.now() - MINUTE_MS }),
      /^listeners\.s3\[1\]\.tls\.certificates\[0\]: the certificate in \S+second\.crt expired at 20\d\d-\d\d-\d\d \d\d:\d\d UTC: clients refuse it; put a renewed one in its place$/,
    ],
    [
      'one that is not valid yet',
      () => at.replace('second', { notBefore: Date.now() + DAY_MS }),
      /the certificate in \S+second\.crt is not valid before 20.* UTC: clients refuse it; wait, or set the clock right$/,
    ],
    [
      'one for other names than before, which another has',
      () => at.replace('second', { names: ['one.example'] }),
      /listeners\.s3\[1\]\.tls\.certificates\[0\]\.cert: expected one certificate for each name, found one\.example at listeners\.s3\[1\]\.tls too; /,
    ],
    [
      'the key of the one before',
      async () => {
        const { cert } = await at.authority.issue({ names: ['two.example'] });
        await writeFile(own(), cert);
      },
      /\.key: expected the private key of the certificate in \S+second\.crt, found another key; name the one that it was made with$/,
    ],
    [
      'half a file',
      () => writeFile(own(), '-----BEGIN CERTIFICATE-----\nMIIB'),
      /\.cert: expected PEM certificates in \S+second\.crt, found none or a broken one$/,
    ],
    [
      'no file',
      () => rename(own(), `${own()}.away`),
      /\.cert: expected a file that can be read, found \S+second\.crt: no such file$/,
    ],
  ])('%s is refused, and what was served goes on', async (_name, change, problem) => {
    await at.replace('second');
    await at.reload();
    const before = await at.presented('two.example');
    await change();
    const line = await at.reload();
    expect(problemsOf(line)).toMatch(problem);
    expect(line.msg).toMatch(/the gateway goes on with the one it has$/);
    expect(await at.presented('two.example')).toBe(before);
    const renewed = await at.replace('second');
    await at.reload();
    expect(await at.presented('two.example')).toBe(renewed);
  });
});

test('what expires soon is warned of and shown', async () => {
  const notAfter = Math.floor(Date.now() / 1000) * 1000 + 5 * DAY_MS + MINUTE_MS;
  await at.replace('wildcard', { notAfter });
  await at.reload();
  const warned = await waitFor(() => at.gateway.logs().find(({ days }) => days === 5), {
    what: 'the warning',
  });
  expect(warned).toMatchObject({
    level: 'warn',
    msg: `the certificate in ${at.directory}/wildcard.crt expires in 5 days: renew it, and reload`,
    certificate: 'listeners.s3[1].tls.certificates[1]',
    name: '*.wild.example',
  });
  const page = await (await fetch(`${at.gateway.adminUrl}/metrics`)).text();
  expect(page).toContain(
    `sosapi_gateway_certificate_not_after_seconds{listener="s3[1]",name="*.wild.example"} ${notAfter / 1000}\n`,
  );
  expect(page.match(/^sosapi_gateway_certificate_not_after_seconds\{/gm)).toHaveLength(3);
});

test('an expired certificate at the start: it serves, says so as an error, and check refuses it', async () => {
  const { cert, key } = await at.authority.issue({
    names: ['late.example'],
    notAfter: Date.now() - DAY_MS / 2,
  });
  const files = { cert: join(at.directory, 'late.crt'), key: join(at.directory, 'late.key') };
  await writeFile(files.cert, cert);
  await writeFile(files.key, key);
  await chmod(files.key, 0o600);
  const config = join(at.directory, 'late.yaml');
  const dataDirectory = join(at.directory, 'late-data');
  const place = { host: '127.0.0.1', port: 0 };
  await writeFile(
    config,
    JSON.stringify({
      listeners: { s3: [{ ...place, tls: files }], admin: place },
      backends: [{ name: 'embedded', kind: 'embedded', dataDirectory }],
      credentials: [{ accessKeyId: 'LATEKEY', secretAccessKey: 'late-secret', access: 'read-only' }],
      workers: 1,
    }),
    { mode: 0o600 },
  );
  const why = `the certificate in ${files.cert} expired at `;
  const node = join(ROOT, 'node_modules/.bin/node');
  const gateway = new OwnedProcess('the gateway', node, ['src/cli/main.ts', 'serve', '--config', config], {
    cwd: ROOT,
  });
  let out = '';
  gateway.child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  await waitFor(() => out.match(/"listening"/g)?.length === 2, { what: 'the gateway to listen' });
  await gateway.stop();
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.find(({ level }) => level === 'error')?.['msg']).toContain(why);

  const check = await ran('check', '--config', config);
  expect(check.out).toMatch(/listeners\.s3\[0\]\.tls +late\.example +20.* UTC +-1 +the certificate in /);
  expect(check.code).toBe(1);
  const { out: json } = await ran('check', '--config', config, '--json');
  expect(JSON.parse(json)).toMatchObject({
    certificates: [{ place: 'listeners.s3[0].tls', name: 'late.example', daysLeft: -1 }],
  });
});
