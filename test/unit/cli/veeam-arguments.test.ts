// Which Veeam server is meant, as whom, and what certificate is trusted; and what is refused in one sentence.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/arguments.ts';
import {
  type ConnectionValues,
  readConnection,
  readOneServer,
  wholeNumber,
} from '../../../src/cli/veeam-arguments.ts';

const PRINT = 'ab'.repeat(32);
const GATEWAY = `backends: [{ name: s3, kind: s3, endpoints: [http://127.0.0.1:1], accessKeyId: KEY, secretAccessKey: a-secret }]
credentials: [{ accessKeyId: KEY, secretAccessKey: a-secret, access: read-write }]
`;
const SECTION = `veeam: { url: "https://of-section:9419", user: section-user, password: of-section, fingerprint: "${PRINT}", revision: 1.2-rev1, timeout: 7s }\n`;

let directory: string;
let passwordFile: string;
let withSection: string;
let withoutSection: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'veeam-arguments-'));
  passwordFile = join(directory, 'password');
  withSection = join(directory, 'with.yaml');
  withoutSection = join(directory, 'without.yaml');
  await writeFile(passwordFile, 'of-file\n');
  await writeFile(withSection, `${SECTION}${GATEWAY}`);
  await writeFile(withoutSection, GATEWAY);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const SERVER = { vbr: 'https://vbr:9419', user: 'me' };

describe('the server', () => {
  test('of the command line', () => {
    const connection = readConnection(
      { ...SERVER, 'password-file': passwordFile, fingerprint: PRINT.toUpperCase(), revision: '1.3-rev2' },
      {},
    );
    expect(connection).toMatchObject({
      vbr: { url: 'https://vbr:9419', user: 'me', trust: { kind: 'fingerprint', sha256: PRINT } },
      revision: '1.3-rev2',
      timeoutMs: 30_000,
      config: undefined,
    });
    expect(connection.vbr.password.reveal()).toBe('of-file');
  });

  test('with the password of the environment', () => {
    const { vbr } = readConnection(SERVER, { SOSAPI_VEEAM_PASSWORD: 'of-env' });
    expect(vbr.password.reveal()).toBe('of-env');
    expect(vbr.trust).toEqual({ kind: 'system' });
  });

  test('of the section, and what the command line says instead', () => {
    const connection = readConnection({ config: withSection }, {});
    expect(connection).toMatchObject({
      vbr: {
        url: 'https://of-section:9419',
        user: 'section-user',
        trust: { kind: 'fingerprint', sha256: PRINT },
      },
      revision: '1.2-rev1',
      timeoutMs: 7_000,
    });
    expect(connection.vbr.password.reveal()).toBe('of-section');
    const other = readConnection({ config: withSection, user: 'me', fingerprint: 'cd'.repeat(32) }, {});
    expect(other.vbr).toMatchObject({ user: 'me', trust: { sha256: 'cd'.repeat(32) } });
    expect(readConnection({}, { SOSAPI_CONFIG: withSection }).vbr.url).toBe('https://of-section:9419');
  });

  test("the section's password goes to no other server", () => {
    expect(() => readConnection({ ...SERVER, config: withSection }, {})).toThrow('the password is missing');
  });
});

describe('refused', () => {
  const password = { SOSAPI_VEEAM_PASSWORD: 'of-env' };
  test.each<readonly [string, () => ConnectionValues, string]>([
    ['no server', () => ({}), '--vbr is missing'],
    ['a config without the section', () => ({ config: withoutSection }), 'has no section "veeam:"'],
    ['no user', () => ({ vbr: 'https://vbr' }), '--user is missing'],
    ['plain HTTP', () => ({ ...SERVER, vbr: 'http://vbr:9419' }), 'is no https URL'],
    ['a path', () => ({ ...SERVER, vbr: 'https://vbr:9419/api' }), 'is no https URL'],
    ['no URL', () => ({ ...SERVER, vbr: 'vbr' }), '"vbr" is no https URL'],
    ['a short fingerprint', () => ({ ...SERVER, fingerprint: 'AA' }), '64 hexadecimal digits'],
    ['fingerprint and CA', () => ({ ...SERVER, fingerprint: PRINT, ca: 'x' }), 'exclude each other'],
    ['a CA that is none', () => ({ ...SERVER, ca: passwordFile }), 'holds no certificate in PEM'],
    ['a CA that is not there', () => ({ ...SERVER, ca: '/nowhere' }), 'cannot be read (ENOENT)'],
    ['a password file that is not there', () => ({ ...SERVER, 'password-file': '/nowhere' }), 'ENOENT'],
    ['a revision that nobody knows', () => ({ ...SERVER, revision: '9.9-rev9' }), 'use 1.3-rev2'],
  ])('%s', (_what, values, message) => {
    const read = () => readConnection(values(), password);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  test('credentials in the URL, which the message does not repeat', () => {
    const read = () => readConnection({ ...SERVER, vbr: 'https://me:hidden@vbr:9419' }, password);
    expect(read).toThrow('is no https URL');
    expect(read).not.toThrow('hidden');
  });
});

describe('Veeam ONE', () => {
  const connection = () => readConnection({ ...SERVER, fingerprint: PRINT }, { SOSAPI_VEEAM_PASSWORD: 'p' });

  test('has user, password and trust of the other server unless said', () => {
    expect(readOneServer({ one: 'https://one:1239' }, connection())).toMatchObject({
      url: 'https://one:1239',
      user: 'me',
      trust: { kind: 'fingerprint', sha256: PRINT },
    });
    const own = readOneServer(
      { one: 'https://one:1239', 'one-user': 'reader', 'one-password-file': passwordFile },
      connection(),
    );
    expect(own?.user).toBe('reader');
    expect(own?.password.reveal()).toBe('of-file');
  });

  test('is not asked unless named', () => {
    expect(readOneServer({}, connection())).toBeUndefined();
    expect(() => readOneServer({ 'one-user': 'reader' }, connection())).toThrow('goes with --one alone');
  });
});

test.each(['', '0', '-1', '1.5', 'many', '10000'])('"%s" is no number of 1 to 9999', (text) => {
  expect(() => wholeNumber('days', text, { min: 1, max: 9999 })).toThrow(
    `--days "${text}" is no whole number`,
  );
});
