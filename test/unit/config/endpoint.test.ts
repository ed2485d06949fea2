import { describe, expect, test } from 'vitest';
import { parseEndpoint } from '../../../src/config/endpoint.ts';

describe('parseEndpoint', () => {
  test.each([
    [
      'http://127.0.0.1:9000',
      { protocol: 'http', host: '127.0.0.1', port: 9000, authority: '127.0.0.1:9000' },
    ],
    ['http://minio', { protocol: 'http', host: 'minio', port: 80, authority: 'minio' }],
    [
      'https://S3.Example.com/',
      { protocol: 'https', host: 's3.example.com', port: 443, authority: 's3.example.com' },
    ],
    [
      'https://s3.example.com:443',
      { protocol: 'https', host: 's3.example.com', port: 443, authority: 's3.example.com' },
    ],
    [
      'http://s3.example.com:443',
      { protocol: 'http', host: 's3.example.com', port: 443, authority: 's3.example.com:443' },
    ],
    ['https://[::1]:9443', { protocol: 'https', host: '::1', port: 9443, authority: '[::1]:9443' }],
    ['http://[fd00::7]', { protocol: 'http', host: 'fd00::7', port: 80, authority: '[fd00::7]' }],
  ])('%s', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  test.each([
    '127.0.0.1:9000',
    'ftp://host',
    'http://',
    'http://host:0',
    'http://host:65536',
    'http://host/path',
    'http://host?x=1',
    'http://user:password@host',
    'http://host:9000#x',
    'http://[::1',
    'http://[:::]',
    'http://ho st',
  ])('refuses %s', (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });
});
