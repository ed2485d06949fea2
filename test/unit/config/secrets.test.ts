// Where secrets come from, and that no message, no warning and no print of the config shows one.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { configOf, errorOf, load, MINIMAL, pem, problemsOf } from './fixture.ts';

const withSecret = (written: string) =>
  MINIMAL.replace('secretAccessKey: veeamsecret', `secretAccessKey: ${written}`);
const secretOf = (...input: Parameters<typeof configOf>) =>
  configOf(...input).credentials[0]?.secretAccessKey.reveal();

describe('sources', () => {
  test.each([
    ['text', '"veeam secret"', 'veeam secret'],
    ['the environment', '{ env: VEEAM_SECRET }', 'from the environment'],
    ['a file beside the config', '{ file: veeam.secret }', 'from a file'],
    ['a file elsewhere', '{ file: /run/secrets/veeam }', 'two\nlines'],
  ])('%s', (_name, written, secret) => {
    const env = { VEEAM_SECRET: 'from the environment' };
    const disk = { '/etc/gateway/veeam.secret': 'from a file\r\n', '/run/secrets/veeam': 'two\nlines\n' };
    expect(secretOf(withSecret(written), { env, disk })).toBe(secret);
  });
});

describe('refusals', () => {
  const form =
    'expected a secret of at least 8 characters: a text in quotes, { env: NAME } or { file: PATH }, found';

  test.each([
    ['an empty text', '""', 'expected a secret of at least 8 characters, found an empty one'],
    ['a short text', 'hunter2', 'expected a secret of at least 8 characters, found a shorter one'],
    ['nothing', '', `${form} nothing`],
    ['a number', '12345678', `${form} a number`],
    ['both sources', '{ env: A, file: b }', `${form} a map`],
    [
      'a variable that is not set',
      '{ env: NOPE }',
      'expected the environment variable NOPE to be set, found it missing',
    ],
    [
      'a variable that is empty',
      '{ env: EMPTY }',
      'expected a secret of at least 8 characters in the environment variable EMPTY, found an empty one',
    ],
    [
      'a secret in place of a name',
      '{ env: hunter2hunter2 }',
      'expected the environment variable that is named here to be set, found it missing',
    ],
    ['a missing file', '{ file: nope }', 'expected a file that can be read, found nope: no such file'],
    [
      'an empty file',
      '{ file: empty }',
      'expected a secret of at least 8 characters in empty, found an empty one',
    ],
  ])('%s', (_name, written, message) => {
    const surroundings = { env: { EMPTY: '' }, disk: { '/etc/gateway/empty': '\n' } };
    const found = problemsOf(withSecret(written), surroundings);
    expect(found.map((problem) => [problem.path, problem.message])).toEqual([
      ['credentials[0].secretAccessKey', message],
    ]);
  });
});

describe('nothing shows a secret', () => {
  const SECRET = 'hunter2/hunter2';

  test.each([
    ['in place of the access key id', MINIMAL.replace('VEEAMKEY', SECRET)],
    [
      'without a space after the colon, in braces',
      MINIMAL.replace('secretAccessKey: veeamsecret', `secretAccessKey:${SECRET}`),
    ],
    ['without a space after the colon, alone', `${MINIMAL}log:\n  secretAccessKey:${SECRET}`],
    ['without a space after the colon, as item', `${MINIMAL}hostNames: secretAccessKey:${SECRET}`],
    ['in an endpoint', MINIMAL.replace('127.0.0.1:7480', `user:${encodeURIComponent(SECRET)}@h`)],
    ['in the query of an endpoint', MINIMAL.replace('127.0.0.1:7480', `h/?token=${SECRET}`)],
    ['as an alias', withSecret(`*${SECRET}`)],
    ['as a tag', withSecret(`!${SECRET}`)],
    ['after a closing quote', withSecret(`"x"${SECRET}`)],
    ['as a list', withSecret(`[${SECRET}]`)],
    ['as the name of a variable', withSecret(`{ env: "${SECRET}" }`)],
    ['in two keys', `${MINIMAL}\nlog: { ${SECRET}: 1, ${SECRET}: 2 }`],
  ])('%s', (_name, text) => {
    const error = errorOf(text);
    expect(inspect(error, { depth: 9 })).not.toMatch(/hunter2.hunter2|hunter2%2F/);
  });

  test('in the config that was loaded', () => {
    const { config } = load(MINIMAL);
    expect(
      inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config, bigintAsText),
    ).not.toMatch(/veeamsecret|storesecret/);
  });
});

describe('certificates', () => {
  const tls = (cert: string, key: string) =>
    `listeners: { s3: [{ host: h, port: 1, tls: { cert: ${cert}, key: ${key} } }] }\n${MINIMAL}`;
  const disk = {
    '/etc/gateway/crt': pem('gateway.crt'),
    '/etc/gateway/key': pem('gateway.key'),
    '/etc/gateway/other': pem('other.key'),
    '/etc/gateway/broken': pem('gateway.crt').replace('\nMII', '\n???').replace('\nMI', '\n??'),
  };

  test.each([
    [
      'a key for a certificate',
      'key',
      'key',
      'cert',
      'expected PEM certificates in key, found none or a broken one',
    ],
    [
      'a broken certificate',
      'broken',
      'key',
      'cert',
      'expected PEM certificates in broken, found none or a broken one',
    ],
    [
      'a certificate for a key',
      'crt',
      'crt',
      'key',
      'expected an unencrypted PEM private key in crt, found something else',
    ],
    [
      "another certificate's key",
      'crt',
      'other',
      'key',
      'expected the private key of the certificate in /etc/gateway/crt, found another key; name the one that it was made with',
    ],
    ['a missing file', 'nope', 'key', 'cert', 'expected a file that can be read, found nope: no such file'],
  ])('refuses %s', (_name, cert, key, wrong, message) => {
    const found = problemsOf(tls(cert, key), { disk });
    expect(found.map((problem) => [problem.path, problem.message])).toEqual([
      [`listeners.s3[0].tls.${wrong}`, message],
    ]);
  });
});

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
