// What a report shows of calls: enough to find the fault, and no secret.
import { describe, expect, test } from 'vitest';
import { EvidenceLog, type Exchange } from '../../../../src/bench/runtime/evidence-log.ts';
import { createRedactor } from '../../../../src/bench/runtime/redact.ts';
import { CREDENTIALS, clientAt, standIn, targetAt } from './stand-in.ts';

const TOKEN = 'session-token-9876543210';

const exchange = (given: Partial<Exchange>): Exchange => ({
  method: 'GET',
  target: '/',
  headers: [],
  body: undefined,
  atMs: 0,
  tookMs: 1,
  ...given,
});

describe('secrets', () => {
  test('are not in the evidence of a store that sends back all it got', async () => {
    const { secretAccessKey } = CREDENTIALS;
    await using server = await standIn(({ headers, target }, response) => {
      const all = { ...headers, target, secretAccessKey, encoded: encodeURIComponent(secretAccessKey) };
      response.setHeader('x-echo', JSON.stringify(headers));
      response.setHeader('set-cookie', 'session=1');
      response.end(JSON.stringify(all));
    });
    using connected = clientAt(
      targetAt(server.endpoint, { credentials: { ...CREDENTIALS, sessionToken: TOKEN } }),
    );
    const query = [
      ['X-Amz-Signature', 'c0ffee'],
      ['X-Amz-Credential', 'SOMEBODY/else'],
    ] as const;
    await connected.client.call({ method: 'GET', key: secretAccessKey, query });
    await connected.client.call({ method: 'PUT', key: 'k', body: 'x', variant: { payload: 'aws-chunked' } });
    const text = JSON.stringify(connected.evidence.calls());
    for (const secret of [
      secretAccessKey,
      encodeURIComponent(secretAccessKey),
      TOKEN,
      CREDENTIALS.accessKeyId,
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/c0ffee|SOMEBODY|session=1/);
    expect(text).not.toMatch(/signature[^a-z]{1,4}[0-9a-f]{64}/i);
    // What helps to find the fault stays.
    expect(text).toContain('SignedHeaders=host;');
  });

  test('a short key id is a word like another', () => {
    const redactor = createRedactor({ accessKeyId: 'Veeam', secretAccessKey: 's3cr3t-s3cr3t' });
    expect(redactor.text('Veeam/Backup s3cr3t-s3cr3t')).toBe('Veeam/Backup (removed)');
  });

  test('an Authorization header of another kind is removed whole', () => {
    expect(createRedactor(CREDENTIALS).header('Authorization', 'Bearer abc')).toBe('(removed)');
  });
});

describe('bodies', () => {
  const bodyOf = (body: Buffer | string) => {
    const log = new EvidenceLog(createRedactor(CREDENTIALS));
    log.add(exchange({ body: Buffer.from(body) }));
    return log.calls()[0]?.request;
  };

  test('are shown where they are text, cut at 4 KiB', () => {
    expect(bodyOf('<a>ü</a>')).toMatchObject({ body: '<a>ü</a>', bodyBytes: 9 });
    const long = bodyOf('ü'.repeat(10_000));
    expect(long).toMatchObject({ bodyBytes: 20_000 });
    expect(long?.body).toBe(`${'ü'.repeat(2048)}…`);
    expect(bodyOf(Buffer.from([0, 1, 2]))).not.toHaveProperty('body');
    expect(bodyOf(Buffer.from([0x61, 0xff, 0x61]))).not.toHaveProperty('body');
  });

  test('a secret across the cut is not cut in two', () => {
    const body = bodyOf(`${'x'.repeat(4090)}${CREDENTIALS.secretAccessKey}`)?.body ?? '';
    expect(body).not.toContain(CREDENTIALS.secretAccessKey.slice(0, 5));
  });
});

test('only the last calls are kept', () => {
  const log = new EvidenceLog(createRedactor(CREDENTIALS));
  for (let n = 0; n < 100; n++) log.add(exchange({ target: `/${n}` }));
  const targets = log.calls().map(({ request }) => request.target);
  expect([targets.length, targets.at(-1)]).toEqual([16, '/99']);
});
