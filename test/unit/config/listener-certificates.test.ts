// The certificates of a listener: which names each is for, and everything that can be wrong with them.
import { beforeAll, describe, expect, test } from 'vitest';
import { type Authority, createAuthority, type Issued } from '../../support/certificate-authority.ts';
import { run } from '../../support/owned-process.ts';
import { configOf, type Disk, load, MINIMAL, problemsOf } from './fixture.ts';

let authority: Authority;
let between: Awaited<ReturnType<Authority['intermediate']>>;
let first: Issued;
let second: Issued;
let chained: Issued;
let disk: Disk;
beforeAll(async () => {
  authority = await createAuthority();
  between = await authority.intermediate();
  first = await authority.issue({ names: ['a.example', 'shared.example', '192.0.2.1'] });
  second = await authority.issue({ names: ['b.example', '*.b.example', 'Shared.example'] });
  chained = await between.issue({ names: ['c.example'] });
  const nameless = await authority.issue({ names: [], commonName: 'd.example' });
  const onlyAddress = await authority.issue({ names: ['192.0.2.2'] });
  const files = {
    'a.crt': first.cert,
    'a.key': first.key,
    'a.pem': first.key + first.cert,
    'b.crt': second.cert,
    'b.key': second.key,
    'c.crt': chained.chain,
    'c.key': chained.key,
    'c-turned.crt': between.cert + chained.cert,
    'c-stray.crt': chained.cert + first.cert,
    'c-without.crt': chained.cert,
    'd.crt': nameless.cert,
    'd.key': nameless.key,
    'e.crt': onlyAddress.cert,
    'e.key': onlyAddress.key,
    'old-encrypted.key':
      '-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n',
    'encrypted.key': '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n',
  };
  disk = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/etc/gateway/${name}`, text]));
});

const A = 'cert: a.crt, key: a.key';
const B = 'cert: b.crt, key: b.key';
const withTls = (tls: string) => `listeners: { s3: [{ host: h, port: 1, tls: { ${tls} } }] }\n${MINIMAL}`;
const namesOf = (tls: string) => {
  const [listener] = configOf(withTls(tls), { disk }).listeners.s3;
  return [listener?.tls?.names, ...(listener?.tls?.certificates ?? []).map(({ names }) => names)];
};

describe('names', () => {
  test('are those in the certificate', () => {
    expect(namesOf(`${B}, certificates: [{ cert: c.crt, key: c.key }]`)).toEqual([
      ['b.example', '*.b.example', 'shared.example'],
      ['c.example'],
    ]);
  });

  test('or fewer, and another certificate has the others', () => {
    expect(namesOf(`${A}, certificates: [{ ${B}, names: [B.example, x.b.example] }]`)).toEqual([
      ['a.example', 'shared.example'],
      ['b.example', 'x.b.example'],
    ]);
  });

  test('that are written are taken from a certificate that merely has them', () => {
    expect(namesOf(`${A}, certificates: [{ ${B}, names: [shared.example] }]`)).toEqual([
      ['a.example'],
      ['shared.example'],
    ]);
  });

  test('are none of a certificate without, which is good as the first', () => {
    expect(namesOf('cert: d.crt, key: d.key')).toEqual([[]]);
  });
});

test('a file with key and certificate does for both, and only the certificate is shown', () => {
  const [listener] = configOf(withTls('cert: a.pem, key: a.pem'), { disk }).listeners.s3;
  expect(listener?.tls?.cert).toBe(first.cert);
  expect(listener?.tls?.certFile).toBe('/etc/gateway/a.pem');
});

test('a chain in order is taken whole, and a chain without its root or intermediate as well', () => {
  for (const file of ['c.crt', 'c-without.crt']) {
    const [listener] = configOf(withTls(`cert: ${file}, key: c.key`), { disk }).listeners.s3;
    expect(listener?.tls?.cert).toBe(file === 'c.crt' ? chained.chain : chained.cert);
  }
});

describe('refused', () => {
  test.each<[name: string, tls: string, at: string, message: string]>([
    [
      'an encrypted key',
      'cert: a.crt, key: encrypted.key',
      'key',
      'expected an unencrypted PEM private key in encrypted.key, found an encrypted one; write it without passphrase: openssl pkey -in encrypted.key -out NEWFILE',
    ],
    [
      'a key that is encrypted in the older form',
      'cert: a.crt, key: old-encrypted.key',
      'key',
      'expected an unencrypted PEM private key in old-encrypted.key, found an encrypted one; write it without passphrase: openssl pkey -in old-encrypted.key -out NEWFILE',
    ],
    [
      'a file that is not there',
      `${A}, certificates: [{ cert: nope.crt, key: b.key }]`,
      'certificates[0].cert',
      'expected a file that can be read, found nope.crt: no such file',
    ],
    [
      'the key of another certificate',
      `${A}, certificates: [{ cert: c.crt, key: a.key }]`,
      'certificates[0].key',
      'expected the private key of the certificate in /etc/gateway/c.crt, found another key; name the one that it was made with',
    ],
    [
      'a chain that is turned round',
      'cert: c-turned.crt, key: c.key',
      'cert',
      'expected the certificate of the key first in /etc/gateway/c-turned.crt, then the one that issued it, and so on, found it as number 2; put them in this order and take out others',
    ],
    [
      'a chain with a stranger in it',
      'cert: c-stray.crt, key: c.key',
      'cert',
      'expected the certificate of the key first in /etc/gateway/c-stray.crt, then the one that issued it, and so on, found that number 2 did not issue the one before it; put them in this order and take out others',
    ],
    [
      'a name that its certificate does not cover',
      `${A}, certificates: [{ ${B}, names: [b.example, c.example] }]`,
      'certificates[0].names[1]',
      'expected a name that the certificate in /etc/gateway/b.crt covers (b.example, *.b.example, shared.example), found c.example; clients would refuse it',
    ],
    [
      'a wildcard for a name that alone is covered',
      `${A}, certificates: [{ ${B}, names: ["*.shared.example"] }]`,
      'certificates[0].names[0]',
      'expected a name that the certificate in /etc/gateway/b.crt covers (b.example, *.b.example, shared.example), found *.shared.example; clients would refuse it',
    ],
    [
      'a name two labels below a wildcard',
      `${A}, certificates: [{ ${B}, names: [x.y.b.example] }]`,
      'certificates[0].names[0]',
      'expected a name that the certificate in /etc/gateway/b.crt covers (b.example, *.b.example, shared.example), found x.y.b.example; clients would refuse it',
    ],
    [
      'an address as name',
      `${A}, certificates: [{ ${B}, names: [192.0.2.1] }]`,
      'certificates[0].names[0]',
      'expected a host name, found the address 192.0.2.1: clients that connect to one ask for no name and get the certificate in cert',
    ],
    [
      'a name with its wildcard further in',
      `${A}, certificates: [{ ${B}, names: ["x.*.example"] }]`,
      'certificates[0].names[0]',
      'expected a host name such as s3.example.com, or *.example.com for each name one label longer, found "x.*.example"',
    ],
    [
      'no names at all',
      `${A}, certificates: [{ cert: c.crt, key: c.key, names: [] }]`,
      'certificates[0].names',
      'expected a list of at least one, found an empty list',
    ],
    [
      'a certificate whose only name is its common name',
      `${A}, certificates: [{ cert: d.crt, key: d.key }]`,
      'certificates[0].cert',
      'expected a certificate with a host name as subject alternative name, found none in /etc/gateway/d.crt; no client would get it',
    ],
    [
      'a certificate for an address only',
      `${A}, certificates: [{ cert: e.crt, key: e.key }]`,
      'certificates[0].cert',
      'expected a certificate with a host name as subject alternative name, found none in /etc/gateway/e.crt; no client would get it',
    ],
    [
      'two certificates that have one name',
      `${A}, certificates: [{ ${B} }]`,
      'certificates[0].cert',
      'expected one certificate for each name, found shared.example at listeners.s3[0].tls too; write names: at the certificate that it is for, and without it at the other',
    ],
    [
      'two certificates that are both to have one name',
      `cert: c.crt, key: c.key, certificates: [{ ${A}, names: [shared.example] }, { ${B}, names: [b.example, shared.example] }]`,
      'certificates[1].names',
      'expected one certificate for each name, found shared.example at listeners.s3[0].tls.certificates[0] too; write names: at the certificate that it is for, and without it at the other',
    ],
  ])('%s', (_name, tls, at, message) => {
    expect(problemsOf(withTls(tls), { disk })).toEqual([
      { path: `listeners.s3[0].tls.${at}`, line: 1, message },
    ]);
  });

  test('a key that is too short for this OpenSSL', async () => {
    const both = await run('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-days', '60', '-subj', '/CN=weak'],
      ...['-keyout', '-', '-out', '-'],
    ]);
    const weak = { ...disk, '/etc/gateway/weak.pem': both };
    expect(problemsOf(withTls('cert: weak.pem, key: weak.pem'), { disk: weak })).toEqual([
      expect.objectContaining({
        message:
          'expected a certificate that TLS takes in /etc/gateway/weak.pem, found one that it refuses: ee key too small',
      }),
    ]);
  });
});

test('a key of a further certificate that everyone may read is warned of', () => {
  const open = { ...disk, '/etc/gateway/c.key': { text: chained.key, isWorldReadable: true } };
  const { warnings } = load(withTls(`${A}, certificates: [{ cert: c.crt, key: c.key }]`), { disk: open });
  expect(warnings.map(({ path, message }) => [path, message])).toEqual([
    ['listeners.s3[0].tls.certificates[0].key', 'everyone may read the private key in c.key; chmod 600 it'],
  ]);
});

test('the admin listener has the same keys, checked the same', () => {
  const text = `listeners: { admin: { host: 127.0.0.1, port: 1, tls: { ${A}, certificates: [{ ${B} }] } } }\n${MINIMAL}`;
  expect(problemsOf(text, { disk }).map(({ path }) => path)).toEqual([
    'listeners.admin.tls.certificates[0].cert',
  ]);
});
