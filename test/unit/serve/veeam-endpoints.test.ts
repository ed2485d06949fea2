// Which service points are this gateway.
import { expect, test } from 'vitest';
import { createIsOurEndpoint } from '../../../src/serve/veeam-endpoints.ts';

const isOurs = createIsOurEndpoint(
  {
    hostNames: ['s3.example.com'],
    listeners: {
      s3: [
        { host: '192.0.2.7', port: 8080 },
        { host: '0.0.0.0', port: 8443 },
        { host: '127.0.0.1', port: 0 },
      ],
    },
  },
  [{ host: 'gateway.corp', port: 443 }, undefined],
);

test.each([
  'https://s3.example.com:8443',
  'https://S3.Example.com:8443/',
  's3.example.com:8443',
  'http://192.0.2.7:8080',
  'https://gateway.corp',
  'gateway.corp',
  'https://127.0.0.1:8443',
  'https://[::1]:8443',
])('%s is', (servicePoint) => {
  expect(isOurs(servicePoint)).toBe(true);
});

test.each([
  // Another port of the same machine is another service.
  'https://s3.example.com:9443',
  'https://s3.example.com',
  'http://gateway.corp',
  'https://192.0.2.8:8080',
  // A port that is not known yet is no address.
  'http://127.0.0.1:0',
  '',
  'https://',
])('%s is not', (servicePoint) => {
  expect(isOurs(servicePoint)).toBe(false);
});
