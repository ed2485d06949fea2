// The audit log and traces in the config: what they are read into, and what is refused.
import { describe, expect, test } from 'vitest';
import { configOf, MINIMAL, problemsOf } from './fixture.ts';

describe('audit', () => {
  test.each([
    ['', undefined],
    [
      'audit: { file: logs/audit.log }\n',
      { to: { kind: 'file', path: '/etc/gateway/logs/audit.log' }, refusalsPerMinute: 30 },
    ],
    [
      'audit: { stream: stdout, refusalsPerMinute: 0 }\n',
      { to: { kind: 'stream', name: 'stdout' }, refusalsPerMinute: 0 },
    ],
  ])('%s', (text, audit) => {
    expect(configOf(MINIMAL + text).audit).toEqual(audit);
  });

  test.each([
    ['audit: {}', 'audit', 'expected file or stream, found neither'],
    ['audit: { file: a, stream: stderr }', 'audit.stream', 'expected either file or stream, found both'],
    ['audit: { stream: syslog }', 'audit.stream', 'expected stdout | stderr, found "syslog"'],
  ])('%s', (text, path, message) => {
    expect(problemsOf(`${MINIMAL}${text}\n`)).toMatchObject([{ path, message }]);
  });
});

describe('tracing', () => {
  const tracing = (more: string) => `${MINIMAL}tracing: { ${more} }\n`;

  test('has a default for all but where to send', () => {
    expect(configOf(MINIMAL).tracing).toBeUndefined();
    expect(configOf(tracing('endpoint: "http://collector:4318"')).tracing).toEqual({
      url: 'http://collector:4318/v1/traces',
      headers: [],
      sampleRatio: 0.01,
      serviceName: 'sosapi-gateway',
      withKeys: false,
    });
  });

  test('a path that is named is kept, and headers are secrets', () => {
    const more = 'endpoint: "https://collector/otlp/traces", headers: [{ name: X-Token, value: t0ken }]';
    const found = configOf(tracing(more)).tracing;
    expect(found?.url).toBe('https://collector/otlp/traces');
    expect(found?.headers.map(({ name, value }) => [name, value.reveal()])).toEqual([['X-Token', 't0ken']]);
    expect(JSON.stringify(found)).not.toContain('t0ken');
  });

  test.each([
    [
      'sampleRatio: 2, endpoint: "http://c:1"',
      'tracing.sampleRatio',
      'expected a number from 0 to 1, found 2',
    ],
    ['sampleRatio: 0.5', 'tracing.endpoint', /^expected an http or https URL/],
    ['endpoint: "grpc://c:1"', 'tracing.endpoint', /^expected an http or https URL/],
    [
      'endpoint: "http://c:1", headers: [{ name: "X Y", value: v }]',
      'tracing.headers[0].name',
      /name of a header/,
    ],
  ])('%s', (more, path, message) => {
    const text = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(problemsOf(tracing(more))).toMatchObject([{ path, message: text }]);
  });
});
