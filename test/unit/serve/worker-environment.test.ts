// What a worker inherits of the environment, as a process shows it that was started with it.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { workerEnvironment } from '../../../src/serve/worker-environment.ts';

test('no secret of the config, but what Node and its libraries heed', () => {
  const own = {
    PATH: '/bin:/usr/bin',
    STORE_SECRET: 'store',
    SOSAPI_SECRET_ACCESS_KEY: 'client',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    NODE_OPTIONS: '--max-old-space-size=256',
    SSL_CERT_FILE: '/etc/ssl.pem',
    UV_THREADPOOL_SIZE: '8',
    TZ: 'UTC',
  };
  // As node:cluster does it.
  const env = { ...own, ...workerEnvironment(own) };
  const seen = execFileSync('/usr/bin/env', { env, encoding: 'utf8' }).trim().split('\n').sort();
  expect(seen.map((line) => line.slice(0, line.indexOf('=')))).toEqual([
    'MALLOC_ARENA_MAX',
    'MALLOC_MMAP_THRESHOLD_',
    'NODE_COMPILE_CACHE',
    'NODE_EXTRA_CA_CERTS',
    'NODE_OPTIONS',
    'PATH',
    'SSL_CERT_FILE',
    'TZ',
    'UV_THREADPOOL_SIZE',
  ]);
});

test('what the operator tuned stays', () => {
  const own = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536', NODE_COMPILE_CACHE: '/var/cache/x' };
  expect(workerEnvironment(own)).toEqual(own);
});
