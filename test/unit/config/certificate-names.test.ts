// The names of certificates as config reads them, compared with what OpenSSL says of the same certificate.
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { covers, namesIn, shareNames } from '../../../src/config/certificate-names.ts';
import { ByHostName } from '../../../src/http1/by-host-name.ts';
import { createAuthority } from '../../support/certificate-authority.ts';

const authority = await createAuthority();

test('are host names in lower case, each once, without what no client asks for', async () => {
  const names = [
    'A.Example',
    'a.example',
    '*.B.example',
    '192.0.2.1',
    '2001:db8::1',
    'x*.c.example',
    'd.*.example',
    '_x.example',
  ];
  const { cert } = await authority.issue({ names });
  expect(namesIn(cert)).toEqual(['a.example', '*.b.example', '_x.example']);
});

test('a common name is none of them', async () => {
  const { cert } = await authority.issue({ names: [], commonName: 's3.example.com' });
  expect(namesIn(cert)).toEqual([]);
  expect(covers(cert, 's3.example.com')).toBe(false);
});

test.each([
  ['a.example', true],
  ['A.EXAMPLE', true],
  ['b.example', false],
  ['x.w.example', true],
  ['y.x.w.example', false],
  ['w.example', false],
  ['*.w.example', true],
  ['*.x.w.example', false],
  ['*.a.example', false],
  ['*.example', false],
])('%s is covered: %j', async (name, expected) => {
  const { cert } = await authority.issue({ names: ['a.example', '*.w.example'] });
  expect(covers(cert, name)).toBe(expected);
});

const label = fc.constantFrom('a', 'b', 'xn--c', 'D');
const host = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
const name = fc.tuple(fc.boolean(), host).map(([isWildcard, each]) => (isWildcard ? `*.${each}` : each));

test('a client finds the certificate by them where OpenSSL would take it for the name, and nowhere else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 4 }), host, async (names, asked) => {
      const { cert } = await authority.issue({ names });
      const found = new ByHostName(namesIn(cert).map((each) => [each, true] as const)).of(asked);
      expect(found === true).toBe(
        new X509Certificate(cert).checkHost(asked, { subject: 'never' }) !== undefined,
      );
    }),
    { numRuns: 60 },
  );
});

test('each name stands at one certificate, at the one that says it where any does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }), fc.boolean()), {
        minLength: 1,
        maxLength: 3,
      }),
      async (written) => {
        const candidates = await Promise.all(
          written.map(async ([names, isSaid]) => {
            const { cert } = await authority.issue({ names });
            return { pem: cert, names: isSaid ? namesIn(cert) : undefined };
          }),
        );
        const { names, repeated } = shareNames(candidates);
        const all = names.flat();
        expect(new Set(all).size).toBe(all.length);
        expect(new Set(all)).toEqual(new Set(candidates.flatMap(({ pem }) => namesIn(pem))));
        for (const [index, own] of names.entries()) {
          for (const each of own) {
            const isSaidElsewhere = candidates.some((other) => other.names?.includes(each));
            expect(candidates[index]?.names === undefined && isSaidElsewhere).toBe(false);
          }
        }
        for (const { name: each, first, again } of repeated) {
          expect(names[first]).toContain(each);
          expect(first).not.toBe(again);
        }
      },
    ),
    { numRuns: 40 },
  );
});
