// What failed authentication costs the address that it comes from: as the client sees it, and what reaches the store.
import { describe, expect, test } from 'vitest';
import { elementOf, headerOf, type RawAnswer } from '../support/raw-http.ts';
import { presigned, requestBytes, type SigningInput, signed } from '../support/raw-sigv4.ts';
import { waitFor } from '../support/wait.ts';
import { type GuardedGateway, guardedGateway } from './guarded-gateway.ts';

const GOOD = { accessKeyId: 'GOODKEY', secretAccessKey: 'good-secret' };
const CREDENTIALS = ['{ accessKeyId: GOODKEY, secretAccessKey: good-secret, access: read-write }'];
const ATTACKER = '127.0.0.66';
const OTHER = '127.0.0.7';
const LIMIT = 5;

const limited = (more = '', failedSignatures = LIMIT) =>
  guardedGateway({
    credentials: CREDENTIALS,
    perAddress: `failedSignatures: ${failedSignatures}, window: 5m, exempt: []${more}`,
  });

interface Asking extends Partial<SigningInput> {
  readonly from?: string;
}

function ask(gateway: GuardedGateway, { from = ATTACKER, ...input }: Asking = {}): Promise<RawAnswer> {
  const request = { method: 'GET', target: '/bucket/key', host: gateway.host, credentials: GOOD, ...input };
  return gateway.ask(requestBytes(signed(request)), request.method, from);
}

const WRONG_SECRET = { credentials: { ...GOOD, secretAccessKey: 'wrong-secret' } };
const UNKNOWN_KEY = { credentials: { ...GOOD, accessKeyId: 'NOBODY' } };

const outcome = (answer: RawAnswer) => `${answer.status} ${elementOf(answer, 'Code') ?? ''}`.trim();

async function outcomes(gateway: GuardedGateway, asks: readonly Asking[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const each of asks) all.push(outcome(await ask(gateway, each)));
  return all;
}

const times = (count: number, asking: Asking) => Array.from({ length: count }, () => asking);

describe('an address whose signatures are wrong too often', () => {
  test('is refused unseen, with the right key too; nothing reaches the store, and one line says it', async () => {
    await using gateway = await limited();
    expect(await outcomes(gateway, times(LIMIT + 1, WRONG_SECRET))).toEqual(
      Array(LIMIT + 1).fill('403 SignatureDoesNotMatch'),
    );
    const answers = [
      await ask(gateway),
      await ask(gateway, WRONG_SECRET),
      await ask(gateway, { method: 'HEAD' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    for (const answer of answers) {
      const seconds = Number(headerOf(answer, 'retry-after'));
      expect(seconds).toBeGreaterThan(1);
      expect(seconds).toBeLessThanOrEqual(300);
    }
    expect(answers[0] && elementOf(answers[0], 'Code')).toBe('SlowDown');
    expect(gateway.asked()).toBe('');
    expect(gateway.lines('address held off: too many signatures were wrong')).toMatchObject([
      { level: 'warn', remote: ATTACKER, failures: LIMIT + 1, forMs: 300_000 },
    ]);
    // Those that were looked at have their lines; what the address then asked for has none.
    expect(gateway.lines('request')).toHaveLength(LIMIT + 1);
    const metrics = await gateway.metrics();
    expect(metrics).toContain('\nsosapi_gateway_addresses_held_off_total 1\n');
    expect(metrics).toContain('\nsosapi_gateway_requests_held_off_total 3\n');
    expect(metrics).toContain('\nsosapi_gateway_errors_total{code="SlowDown"} 3\n');
  });

  test('ids at random count like wrong secrets, and presigned URLs like headers', async () => {
    await using gateway = await limited();
    const bytes = requestBytes(
      presigned({ method: 'GET', target: '/bucket/key', host: gateway.host, ...WRONG_SECRET }),
    );
    for (let n = 0; n < 3; n++) {
      expect(outcome(await gateway.ask(bytes, 'GET', ATTACKER))).toBe('403 SignatureDoesNotMatch');
      expect(outcome(await ask(gateway, UNKNOWN_KEY))).toBe('403 InvalidAccessKeyId');
    }
    expect(outcome(await ask(gateway))).toBe('503 SlowDown');
    expect(gateway.asked()).toBe('');
  });

  test('is refused on connections that it has open already', async () => {
    await using gateway = await limited();
    await using open = await gateway.connect(ATTACKER);
    const bytes = requestBytes(
      signed({ method: 'GET', target: '/bucket/key', host: gateway.host, credentials: GOOD }),
    );
    await open.send(bytes);
    expect((await open.answer()).status).toBe(200);
    const seen = gateway.asked();
    await outcomes(gateway, times(LIMIT + 1, WRONG_SECRET));
    await open.send(bytes);
    expect(outcome(await open.answer())).toBe('503 SlowDown');
    expect(gateway.asked()).toBe(seen);
  });

  test('is not asked for the body of an upload', async () => {
    await using gateway = await limited();
    await outcomes(gateway, times(LIMIT + 1, WRONG_SECRET));
    await using connection = await gateway.connect(ATTACKER);
    const put = {
      method: 'PUT',
      target: '/bucket/key',
      body: 'hello',
      host: gateway.host,
      credentials: GOOD,
    };
    const { headers, ...request } = signed(put);
    const [head] = requestBytes({ ...request, headers: [...headers, ['expect', '100-continue']] })
      .toString('latin1')
      .split('\r\n\r\n');
    await connection.send(`${head}\r\n\r\n`);
    const answer = await connection.answer('PUT');
    expect(outcome(answer)).toBe('503 SlowDown');
    expect(headerOf(answer, 'connection')).toBe('close');
    expect(await connection.closes()).toBe(true);
    expect(gateway.asked()).toBe('');
  });

  test('does no harm to another address', async () => {
    await using gateway = await limited();
    await outcomes(gateway, times(LIMIT + 1, WRONG_SECRET));
    expect(outcome(await ask(gateway))).toBe('503 SlowDown');
    expect(outcome(await ask(gateway, { from: OTHER }))).toBe('200');
  });

  test('is served again when its window is over', async () => {
    await using gateway = await guardedGateway({
      credentials: CREDENTIALS,
      perAddress: 'failedSignatures: 1, window: 1s, exempt: []',
    });
    const asked = async (asking: Asking, wanted: string) => outcome(await ask(gateway, asking)) === wanted;
    await waitFor(() => asked(WRONG_SECRET, '503 SlowDown'), { what: 'the address to be held off' });
    await waitFor(() => asked({}, '200'), { what: 'the address to be served again' });
    expect(await outcomes(gateway, [{}, WRONG_SECRET])).toEqual(['200', '403 SignatureDoesNotMatch']);
  });
});

describe('who is not held off', () => {
  test('a server with one wrong key among good ones: each success earns one failure back', async () => {
    await using gateway = await limited();
    for (let n = 0; n < 4 * LIMIT; n++) {
      expect(await outcomes(gateway, [WRONG_SECRET, {}])).toEqual(['403 SignatureDoesNotMatch', '200']);
    }
  });

  test('an exempt address', async () => {
    await using gateway = await guardedGateway({
      credentials: CREDENTIALS,
      perAddress: 'failedSignatures: 1, window: 5m, exempt: [127.0.0.64/26]',
    });
    await outcomes(gateway, times(10, WRONG_SECRET));
    expect(outcome(await ask(gateway))).toBe('200');
    await outcomes(gateway, times(2, { ...WRONG_SECRET, from: OTHER }));
    expect(outcome(await ask(gateway, { from: OTHER }))).toBe('503 SlowDown');
  });

  test('this machine, where nothing else is configured: a proxy on it shows one address for all', async () => {
    await using gateway = await guardedGateway({
      credentials: CREDENTIALS,
      perAddress: 'failedSignatures: 1',
    });
    await outcomes(gateway, times(10, WRONG_SECRET));
    expect(outcome(await ask(gateway))).toBe('200');
  });

  test('anybody, with 0 for no limit', async () => {
    await using gateway = await limited('', 0);
    await outcomes(gateway, times(20, WRONG_SECRET));
    expect(outcome(await ask(gateway))).toBe('200');
  });

  test('whoever is refused before any signature work: unsigned, malformed, too late', async () => {
    await using gateway = await limited();
    const unsigned = Buffer.from(`GET /bucket/key HTTP/1.1\r\nHost: ${gateway.host}\r\n\r\n`);
    for (let n = 0; n < 2 * LIMIT; n++) {
      expect(outcome(await gateway.ask(unsigned, 'GET', ATTACKER))).toBe('403 AccessDenied');
      expect(outcome(await ask(gateway, { date: new Date(0) }))).toBe('403 RequestTimeTooSkewed');
      expect(outcome(await ask(gateway, { region: 'elsewhere' }))).toBe('400 AuthorizationHeaderMalformed');
    }
    expect(outcome(await ask(gateway))).toBe('200');
  });
});

describe('request heads that are not complete', () => {
  test('too many of one address: further connections are closed unanswered, and others served', async () => {
    await using gateway = await guardedGateway({
      credentials: CREDENTIALS,
      perAddress: 'incompleteHeads: 3, exempt: []',
    });
    const held = await Promise.all(Array.from({ length: 3 }, () => gateway.connect(ATTACKER)));
    for (const connection of held) await connection.send('GET /bucket/key HTTP/1.1\r\nHost: h');
    const refused = await Promise.all(Array.from({ length: 4 }, () => gateway.connect(ATTACKER)));
    for (const connection of refused) {
      expect(await connection.closes()).toBe(true);
      expect(connection.pending.toString()).toBe('');
    }
    expect(outcome(await ask(gateway, { from: OTHER }))).toBe('200');
    expect(gateway.lines('connections closed: too many request heads are not complete')).toMatchObject([
      { level: 'warn', remote: ATTACKER },
    ]);
    expect(await gateway.metrics()).toContain('\nsosapi_gateway_connections_refused_total 4\n');
    for (const connection of held) connection.drop();
    await waitFor(async () => (await ask(gateway).catch(() => undefined))?.status === 200, {
      what: 'the address to be served again',
    });
  });
});
