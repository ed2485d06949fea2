// What a server may do to each source that asks over the network: it gives an answer that is true, or one sentence.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CapacityProvider } from '../../../src/capacity/provider.ts';
import { garageCapacity } from '../../../src/capacity/providers/garage.ts';
import { prometheusCapacity } from '../../../src/capacity/providers/prometheus.ts';
import { seaweedfsCapacity } from '../../../src/capacity/providers/seaweedfs.ts';
import { sosapiCapacity } from '../../../src/capacity/providers/sosapi.ts';
import { Secret } from '../../../src/secret.ts';
import {
  type Answers,
  type Reply,
  type StandIn,
  startStandIn,
  unknownMessage,
  vector,
} from './store-stand-in.ts';

interface Source {
  readonly name: string;
  provider(url: string): CapacityProvider;
  /** Good answers in which the usage is this number. */
  answers(used: string): (path: string, query: URLSearchParams) => Reply;
}

const now = Date.now;
const secret = new Secret('very-secret');
const patience = () => AbortSignal.timeout(5_000);

const SOURCES: readonly Source[] = [
  {
    name: 'sosapi',
    provider: (endpoint) => sosapiCapacity({ endpoint, accessKeyId: 'AK', secret, region: 'us-east-1', now }),
    answers: (used) => () => ({ body: vector('sosapi-minio.xml.txt').replace('>3000000<', `>${used}<`) }),
  },
  {
    name: 'prometheus',
    provider: (url) =>
      prometheusCapacity({ url, used: 'held{b="$bucket"}', total: 'size', token: secret, now }),
    answers: (used) => (_path, query) => ({
      body: vector('prometheus-sample.json.txt').replace(
        '"46714880"',
        query.get('query') === 'size' ? '"97793294336"' : `"${used}"`,
      ),
    }),
  },
  {
    name: 'seaweedfs',
    provider: (url) => seaweedfsCapacity({ masters: [url], metricsUrl: `${url}/metrics`, now }),
    answers: (used) => (path) => {
      if (path === '/vol/status') return { body: vector('seaweedfs-vol-status.json.txt') };
      if (path === '/') return { body: vector('seaweedfs-master-page.html.txt') };
      return { body: vector('seaweedfs-s3-metrics.txt').replace('3.225728e+10', used) };
    },
  },
  {
    name: 'garage',
    provider: (adminUrl) => garageCapacity({ adminUrl, token: secret, countUploads: false, now }),
    answers: (used) => (path) => {
      if (path === '/v2/GetClusterLayout') return { body: vector('garage-cluster-layout.json.txt') };
      if (path === '/v2/GetClusterStatus') return { body: vector('garage-cluster-status.json.txt') };
      return { body: vector('garage-bucket-full.json.txt').replace('3000000', used) };
    },
  },
];

const GARBAGE = [
  '',
  'null',
  '[]',
  '{}',
  '"x"',
  '<html></html>',
  '\u0000\uFFFD',
  '{'.repeat(100_000),
  '9'.repeat(100_000),
];

describe.each(SOURCES)('$name', ({ provider, answers }) => {
  let standIn: StandIn;
  beforeEach(async () => {
    standIn = await startStandIn(answers('7'));
  });
  afterEach(() => standIn.close());
  const measure = (changed: Answers) => {
    standIn.answers = changed;
    return provider(standIn.url).measure('full', patience());
  };

  async function expectSentence(measured: Promise<unknown>): Promise<string> {
    const message = await unknownMessage(measured);
    expect(message).toMatch(/^asked http:\/\/127\.0\.0\.1:\d+\/\S* for [^:]+: ./);
    expect(message).not.toMatch(/\n|very-secret/);
    expect(message.length).toBeLessThan(500);
    return message;
  }

  it.each([
    ['7', 7n],
    ['0', 0n],
    ['9007199254740992', 2n ** 53n],
    ['9007199254740994', 2n ** 53n + 2n],
  ])('reads %s bytes', async (used, bytes) => {
    expect((await measure(answers(used))).used?.bytes).toBe(bytes);
  });

  it.each(['-1', '-9007199254740993', 'NaN', 'x', ''])('does not take %j for bytes', async (used) => {
    await expectSentence(measure(answers(used)));
  });

  it.each(GARBAGE)('does not take %.20s for an answer', async (body) => {
    await expectSentence(measure(() => ({ body })));
  });

  it.each([301, 401, 403, 404, 500, 503])('does not take a status of %i for an answer', async (status) => {
    const headers = { location: standIn.url };
    expect(await expectSentence(measure(() => ({ status, body: 'very-secret', headers })))).toContain(
      `${status}`,
    );
  });

  it('waits for an answer that is slow', async () => {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const good = answers('7');
    const measured = measure(async (path, query) => {
      await gate;
      return good(path, query);
    });
    await expect.poll(() => standIn.requests.length).toBeGreaterThan(0);
    goOn();
    expect((await measured).used?.bytes).toBe(7n);
  });

  it('ends at the deadline when no answer comes', async () => {
    standIn.answers = () => 'hang';
    const deadline = new AbortController();
    const measured = provider(standIn.url).measure('full', deadline.signal);
    measured.catch(() => {});
    await expect.poll(() => standIn.requests.length).toBeGreaterThan(0);
    deadline.abort(new DOMException('late', 'TimeoutError'));
    expect(await unknownMessage(measured)).toContain('no answer before the deadline');
  });

  it('says that the connection broke', async () => {
    expect(await expectSentence(measure(() => 'reset'))).toContain('no answer (ECONNRESET)');
  });

  it('says that nobody listens', async () => {
    await standIn.close();
    expect(await expectSentence(measure(answers('7')))).toContain('no answer (ECONNREFUSED)');
    standIn = await startStandIn(answers('7'));
  });

  it('answers again after a failure', async () => {
    standIn.answers = () => ({ status: 503, body: '' });
    const source = provider(standIn.url);
    await expectSentence(source.measure('full', patience()));
    standIn.answers = answers('7');
    await expect
      .poll(() => source.measure('full', patience()).then(({ used }) => used?.bytes), { timeout: 5_000 })
      .toBe(7n);
  });
});
