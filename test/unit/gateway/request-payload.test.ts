// How a client proves its body, as the event of a request names it.
import { expect, test } from 'vitest';
import { EMPTY_SHA256 } from '../../../src/sigv4/payload-hash.ts';
import { fakeBackend } from './fake-backend.ts';
import { startGateway } from './gateway-fixture.ts';

test.each([
  [EMPTY_SHA256, 'SHA256'],
  ['UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD'],
  ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD'],
  // Words of the client's own are not repeated.
  ['made up', undefined],
  [`STREAMING-${'A'.repeat(49)}`, undefined],
])('%s is %s', async (payload, expected) => {
  await using gateway = await startGateway({ backend: fakeBackend() });
  const { event } = await gateway.ask({ target: '/bucket/key', payload });
  expect(event.payload).toBe(expected);
});
