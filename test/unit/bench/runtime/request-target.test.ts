// The bytes of a request line: keys as they are, in both styles of addressing.
import { describe, expect, test } from 'vitest';
import { requestTarget } from '../../../../src/bench/runtime/request-target.ts';
import { targetAt } from './stand-in.ts';

const at = (endpoint: string, addressing: 'path' | 'virtual-hosted') => targetAt(endpoint, { addressing });

describe('requestTarget', () => {
  test.each([
    ['a key', { key: 'a/b' }, '/bucket/a/b'],
    ['a leading slash', { key: '/Veeam/' }, '/bucket//Veeam/'],
    ['empty segments and dots', { key: 'a//./../b' }, '/bucket/a//./../b'],
    ['braces and percent signs', { key: '{1}%2F' }, '/bucket/%7B1%7D%252F'],
    ['bytes beyond ASCII', { key: 'ü +' }, '/bucket/%C3%BC%20%2B'],
    ['the empty key', { key: '' }, '/bucket/'],
    ['the bucket', {}, '/bucket'],
    ['another bucket', { bucket: 'other', key: 'k' }, '/other/k'],
    ['the service', { bucket: '' }, '/'],
    [
      'a name with and without "="',
      { query: [['versions'], ['prefix', '']] as const },
      '/bucket?versions&prefix=',
    ],
    [
      'parameters in order',
      {
        query: [
          ['z', '/'],
          ['a', '{ü}'],
        ] as const,
      },
      '/bucket?z=%2F&a=%7B%C3%BC%7D',
    ],
  ])('%s', (_, call, target) => {
    expect(requestTarget(call, at('http://h:1', 'path')).target).toBe(target);
  });

  test('virtual-hosted: the bucket moves to the host', () => {
    const { target, host, serverName } = requestTarget(
      { key: '/k' },
      at('https://h.test:9', 'virtual-hosted'),
    );
    expect([target, host, serverName]).toEqual(['//k', 'bucket.h.test:9', 'bucket.h.test']);
    expect(requestTarget({ bucket: '' }, at('http://h:1', 'virtual-hosted'))).toMatchObject({ host: 'h:1' });
  });

  test('the path of the endpoint stays in front, the port of the scheme is not said', () => {
    const { target, host } = requestTarget({ key: 'k' }, at('https://h.test:443/base/', 'path'));
    expect([target, host]).toEqual(['/base/bucket/k', 'h.test']);
  });

  test('an address is no name for TLS', () => {
    expect(requestTarget({}, at('https://127.0.0.1:1', 'path')).serverName).toBeUndefined();
    expect(requestTarget({}, at('https://[::1]:1', 'virtual-hosted')).serverName).toBeUndefined();
  });
});
