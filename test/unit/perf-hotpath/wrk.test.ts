// The script that wrk gets, and the line that it gives back.
import { expect, test } from 'vitest';
import { faultOf, parseFigures, scriptOf } from '../../perf/hotpath/wrk.ts';
import { signed } from '../../support/raw-sigv4.ts';

const credentials = { accessKeyId: 'KEY', secretAccessKey: 'a-secret-of-some-length' };
const date = new Date('2026-11-21T12:00:00Z');

test('the script sends what was signed, with the length left to wrk', () => {
  const request = { method: 'PUT', target: '/bench/object-3', bodyBytes: 3, payload: 'sha256' } as const;
  const script = scriptOf({ request, credentials, port: 8080 }, date);
  const { headers } = signed({
    ...{ method: 'PUT', target: '/bench/object-3', host: '127.0.0.1:8080', credentials, date, body: 'xxx' },
  });
  const authorization = headers.find(([name]) => name === 'authorization')?.[1];
  expect(script).toContain(`wrk.headers["authorization"] = "${authorization}"`);
  expect(script).toContain('wrk.headers["Host"] = "127.0.0.1:8080"');
  expect(script).toContain('wrk.body = string.rep("x", 3)');
  expect(script).not.toContain('content-length');
});

test('figures are found in what wrk prints', () => {
  const figures = parseFigures('Running 2s test\n\nHOTPATH 1000 5000000 2000000 1500 9000 0 1 0 2 0\n');
  expect(figures).toEqual({
    ...{ requests: 1000, bytes: 5_000_000, seconds: 2, p50Ms: 1.5, p99Ms: 9 },
    errors: { connect: 0, read: 1, write: 0, status: 2, timeout: 0 },
  });
  expect(faultOf(figures)).toBe('1 read errors, 2 status errors');
});

test('a run without errors has no fault', () => {
  expect(faultOf(parseFigures('HOTPATH 0 4096 500000 0 0 0 0 0 0 0\n'))).toBeUndefined();
});

test.each(['', 'unable to connect to 127.0.0.1:1', 'HOTPATH 1 2 3\n'])('no figures in %j', (output) => {
  expect(() => parseFigures(output)).toThrow('wrk gave no figures');
});
