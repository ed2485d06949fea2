// When it is said that a certificate expires, by a clock that the test turns.
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { GatewayConfig } from '../../../src/config/gateway-config.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { daysLeft, servedCertificates, whyRefused } from '../../../src/serve/certificate-list.ts';
import { CertificateWatch } from '../../../src/serve/certificate-watch.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { type Authority, createAuthority, type Issued } from '../../support/certificate-authority.ts';
import { BACKENDS, CREDENTIALS, diskOf } from '../config/fixture.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const END = START + 100 * DAY_MS;

let authority: Authority;
let first: Issued;
let second: Issued;
beforeAll(async () => {
  authority = await createAuthority();
  first = await authority.issue({ names: ['a.example'], notBefore: START, notAfter: END });
  second = await authority.issue({ names: ['b.example'], notBefore: START, notAfter: START + 1000 * DAY_MS });
});
afterEach(() => vi.useRealTimers());

function configOf(a: Issued, b: Issued = second): GatewayConfig {
  const text = `listeners:
  s3: [{ host: h, port: 1, tls: { cert: a.crt, key: a.key, certificates: [{ cert: b.crt, key: b.key }] } }]
  admin: { host: 127.0.0.1, port: 2, tls: { cert: b.crt, key: b.key } }
${BACKENDS}
${CREDENTIALS}
`;
  const disk = { '/c/a.crt': a.chain, '/c/a.key': a.key, '/c/b.crt': b.chain, '/c/b.key': b.key };
  return parseConfig(text, { file: '/c/gateway.yaml', env: {}, readFile: diskOf(disk) }).config;
}

function watching(config: GatewayConfig, nowMs: number) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const lines: { readonly level: string; readonly msg: string }[] = [];
  const logger = createLogger({
    level: 'info',
    stream: { write: (line: string) => void lines.push(JSON.parse(line)) },
  });
  const metrics = createMetrics();
  const clock = { ms: nowMs };
  const watch = new CertificateWatch(config, {
    metrics: metrics.certificates,
    logger,
    wallClock: () => clock.ms,
    everyMs: 1000,
  });
  return {
    watch,
    metrics,
    /** What is said when it looks at that time. */
    at(ms: number): readonly string[] {
      lines.length = 0;
      clock.ms = ms;
      vi.advanceTimersByTime(1000);
      return lines.map(({ level, msg }) => `${level}: ${msg}`);
    },
    said: () => lines.map(({ level, msg }) => `${level}: ${msg}`),
  };
}

const left = (text: string) => `warn: the certificate in /c/a.crt expires in ${text}: renew it, and reload`;

test('it is said 30, 14, 7 and 1 days ahead, once each, and when it has happened', () => {
  const { watch, at, said } = watching(configOf(first), START + DAY_MS);
  expect(said()).toEqual([]);
  expect(at(END - 30 * DAY_MS)).toEqual([]);
  expect(at(END - 30 * DAY_MS + 1)).toEqual([left('29 days')]);
  expect(at(END - 29 * DAY_MS)).toEqual([]);
  expect(at(END - 13.5 * DAY_MS)).toEqual([left('13 days')]);
  expect(at(END - 6.5 * DAY_MS)).toEqual([left('6 days')]);
  expect(at(END - 1.5 * DAY_MS)).toEqual([]);
  expect(at(END - 0.5 * DAY_MS)).toEqual([left('less than a day')]);
  expect(at(END - 1)).toEqual([]);
  expect(at(END)).toEqual([
    'error: the certificate in /c/a.crt expired at 2026-04-11 00:00 UTC: clients refuse it; put a renewed one in its place',
  ]);
  expect(at(END + DAY_MS)).toEqual([]);
  watch.close();
  expect(at(END + 2000 * DAY_MS)).toEqual([]);
});

test('at the start only what counts now is said', () => {
  expect(watching(configOf(first), END - 5 * DAY_MS).said()).toEqual([left('5 days')]);
});

test('one that replaces it begins anew', async () => {
  const { watch, at, said } = watching(configOf(first), END - 5 * DAY_MS);
  const renewed = await authority.issue({ names: ['a.example'], notBefore: START, notAfter: END + DAY_MS });
  watch.replace(configOf(renewed));
  expect(said()).toEqual([left('5 days'), left('6 days')]);
  expect(at(END - 4 * DAY_MS)).toEqual([]);
});

test('one that is not valid yet', () => {
  const { at, said } = watching(configOf(first), START - DAY_MS);
  const says = 'is not valid before 2026-01-01 00:00 UTC: clients refuse it; wait, or set the clock right';
  expect(said()).toEqual([
    `error: the certificate in /c/a.crt ${says}`,
    `error: the certificate in /c/b.crt ${says}`,
    `error: the certificate in /c/b.crt ${says}`,
  ]);
  expect(at(START)).toEqual([]);
});

test('the gauge has all of them, and none that is gone', async () => {
  const { watch, metrics } = watching(configOf(first), START);
  const page = async () =>
    (await metrics.render()).body.split('\n').filter((line) => /^sosapi_gateway_certificate/.test(line));
  expect(await page()).toEqual([
    `sosapi_gateway_certificate_not_after_seconds{listener="s3[0]",name="b.example"} ${START / 1000 + 86_400_000}`,
    `sosapi_gateway_certificate_not_after_seconds{listener="admin",name="b.example"} ${START / 1000 + 86_400_000}`,
    `sosapi_gateway_certificate_not_after_seconds{listener="s3[0]",name="a.example"} ${END / 1000}`,
  ]);
  const other = await authority.issue({ names: ['c.example'], notBefore: START, notAfter: END });
  watch.replace(configOf(other));
  expect((await page()).join('\n')).not.toContain('a.example');
});

describe('another config', () => {
  test('with one that clients refuse is refused, unless it is served already', async () => {
    const expired = await authority.issue({
      names: ['a.example'],
      notBefore: START,
      notAfter: START + DAY_MS,
    });
    const now = START + 2 * DAY_MS;
    const refusal =
      'listeners.s3[0].tls: the certificate in /c/a.crt expired at 2026-01-02 00:00 UTC: clients refuse it; put a renewed one in its place';
    const { watch } = watching(configOf(first), now);
    expect(() => watch.check(configOf(expired))).toThrow(refusal);
    const later = watching(configOf(expired), now);
    later.watch.check(configOf(expired));
    later.watch.check(configOf(first));
  });
});

test('of a chain the member that expires first counts', async () => {
  const between = await authority.intermediate();
  const issued = await between.issue({
    names: ['a.example'],
    notBefore: START,
    notAfter: Date.now() + 9000 * DAY_MS,
  });
  const [certificate] = servedCertificates(configOf(issued));
  if (certificate === undefined) throw new Error('none');
  // The intermediate is good for a year.
  expect(daysLeft(certificate, Date.now())).toBe(364);
  expect(whyRefused(certificate, Date.now() + 366 * DAY_MS)).toContain('expired');
  expect(whyRefused(certificate, Date.now())).toBeUndefined();
});
