// Judgements of lifecycle rules, certificates and stale reads; and the TLS probe against a real server.
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certificateFaults } from '../../../../src/bench/cases/preconditions/certificate-rules.ts';
import { lifecycleFault } from '../../../../src/bench/cases/preconditions/lifecycle-rules.ts';
import { shakeHands } from '../../../../src/bench/cases/preconditions/tls-probe.ts';
import { violationText } from '../../../../src/bench/cases/preconditions/violation-text.ts';
import { type Certificate, makeCertificate } from '../../../support/certificate.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('lifecycle rules', () => {
  const rule = (status: string, ...actions: readonly string[]) => ({ id: 'r', status, actions });

  test.each([
    [[], undefined],
    [[rule('Disabled', 'Expiration')], undefined],
    [[rule('Enabled', 'ID', 'Filter', 'AbortIncompleteMultipartUpload')], true],
    [[rule('Enabled', 'AbortIncompleteMultipartUpload'), rule('Enabled', 'Expiration')], false],
    [[rule('Enabled', 'NoncurrentVersionExpiration')], false],
    [[rule('Enabled', 'Transition')], false],
  ])('%o', (rules, isHarmless) => {
    expect(lifecycleFault(rules)?.isHarmless).toBe(isHarmless);
  });

  test('the message names the one that matters', () => {
    const rules = [
      { id: 'uploads', status: 'Enabled', actions: ['AbortIncompleteMultipartUpload'] },
      { id: 'old', status: 'Enabled', actions: ['ID', 'Expiration'] },
    ];
    expect(lifecycleFault(rules)?.message).toMatch(/2 enabled .* "old" \(Expiration\)/);
  });
});

describe('a certificate', () => {
  const good = { chainError: undefined, nameError: undefined, validToMs: 30 * DAY_MS };

  test.each([
    [{}, 0, []],
    [{}, DAY_MS, [/ends in 29 days/]],
    [{}, 30 * DAY_MS, [/ended 1970-01-31/]],
    [{ chainError: 'SELF_SIGNED' }, 0, [/not trusted here \(SELF_SIGNED\)/]],
    [{ nameError: 'not for x' }, 0, [/not for the name: not for x/]],
    [{ chainError: 'A', validToMs: undefined }, 0, [/not trusted/, /does not say when/]],
  ])('%o at %d', (change, nowMs, messages) => {
    expect(certificateFaults({ ...good, ...change }, nowMs)).toEqual(
      messages.map((message) => expect.stringMatching(message)),
    );
  });
});

test('stale reads are counted by kind, the most frequent first', () => {
  expect(violationText([])).toBeUndefined();
  expect(violationText(['HEAD after write', 'GET after delete', 'GET after delete'])).toBe(
    'What was read is stale: GET after delete 2 times, HEAD after write once',
  );
});

describe('the TLS probe', () => {
  let certificate: Certificate;
  beforeAll(async () => {
    certificate = await makeCertificate();
  });
  afterAll(async () => {
    await certificate[Symbol.asyncDispose]();
  });

  async function probe(
    host: string,
    version: SecureVersion,
    { max = 'TLSv1.3', trusted = true }: { readonly max?: SecureVersion; readonly trusted?: boolean } = {},
  ) {
    const server = createServer({
      cert: certificate.pem,
      key: await readFile(certificate.keyFile, 'utf8'),
      minVersion: 'TLSv1.2',
      maxVersion: max,
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const endpoint = new URL(`https://${host}:${(server.address() as AddressInfo).port}`);
    const ca = trusted ? certificate.pem : undefined;
    try {
      return await shakeHands({ endpoint, version, ca, signal: new AbortController().signal });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'comes about in %s, with a certificate that is all right',
    async (version) => {
      const { validToMs, ...shaken } = await probe('127.0.0.1', version);
      expect(shaken).toEqual({
        protocol: version,
        error: undefined,
        chainError: undefined,
        nameError: undefined,
      });
      expect(validToMs).toBeGreaterThan(Date.now());
    },
  );

  test('says that a version is not offered', async () => {
    const shaken = await probe('127.0.0.1', 'TLSv1.3', { max: 'TLSv1.2' });
    expect(shaken.protocol).toBeUndefined();
    expect(shaken.error).toMatch(/version/i);
  });

  test('says that a chain is not trusted', async () => {
    const shaken = await probe('127.0.0.1', 'TLSv1.3', { trusted: false });
    expect(shaken).toMatchObject({ protocol: 'TLSv1.3', chainError: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  test('says that a certificate is for another name', async () => {
    const shaken = await probe('127.0.0.2', 'TLSv1.3');
    expect(shaken.nameError).toMatch(/127\.0\.0\.2/);
  });

  test('ends with its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const endpoint = new URL('https://127.0.0.1:1');
    await expect(shakeHands({ endpoint, version: 'TLSv1.3', ca: undefined, signal })).rejects.toThrow(
      'enough',
    );
  });
});
