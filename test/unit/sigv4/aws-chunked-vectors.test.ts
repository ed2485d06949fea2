// The two examples that AWS publishes of signed chunks, without and with a trailer (Amazon S3 API Reference, "Signature
// calculations for the Authorization header: transferring payload in multiple chunks", and the same "including trailing headers").
import { expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { AwsChunkedReader } from '../../../src/sigv4/aws-chunked-reader.ts';
import { ChunkSignatures } from '../../../src/sigv4/chunk-signatures.ts';
import { deriveSigningKey } from '../../../src/sigv4/signing-key.ts';

const REGION = 'us-east-1';
const CONTEXT = {
  signingKey: deriveSigningKey(new Secret('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'), '20130524', REGION),
  amzDate: '20130524T000000Z',
};
const LENGTH = 66_560;

function chunk(bytes: number, signature: string): string {
  return `${bytes.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(bytes)}${bytes === 0 ? '' : '\r\n'}`;
}

function read(seed: string, trailers: readonly string[] | undefined, framed: string) {
  let decoded = '';
  const reader = new AwsChunkedReader({
    decodedLength: LENGTH,
    signatures: new ChunkSignatures(CONTEXT, seed),
    trailers,
    onData: (data) => {
      decoded += data.toString('latin1');
    },
  });
  reader.write(Buffer.from(framed, 'latin1'));
  return { trailers: reader.end(), decoded };
}

test('without a trailer', () => {
  const framed = [
    chunk(65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'),
    chunk(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'),
    chunk(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
    '\r\n',
  ].join('');
  expect(framed.length).toBe(66_824);
  const seed = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
  const { decoded, trailers } = read(seed, undefined, framed);
  expect(decoded).toBe('a'.repeat(LENGTH));
  expect([...trailers]).toEqual([]);
  expect(() => read(seed.replace('4', '5'), undefined, framed)).toThrow('signature');
});

test('with a trailer', () => {
  const signature = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435';
  const framed = [
    chunk(65_536, 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2'),
    chunk(1024, '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7'),
    chunk(0, '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992'),
    'x-amz-checksum-crc32c:sOO8/Q==\r\n',
    `x-amz-trailer-signature:${signature}\r\n`,
    '\r\n',
  ].join('');
  const seed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e';
  const names = ['x-amz-checksum-crc32c'];
  const { decoded, trailers } = read(seed, names, framed);
  expect(decoded).toBe('a'.repeat(LENGTH));
  expect([...trailers]).toEqual([
    ['x-amz-checksum-crc32c', 'sOO8/Q=='],
    ['x-amz-trailer-signature', signature],
  ]);
  // minio-go ends the line so.
  expect(read(seed, names, framed.replace('sOO8/Q==\r\n', 'sOO8/Q==\n\r\n')).decoded).toBe(decoded);
  expect(() => read(seed, names, framed.replace('sOO8/Q==', 'sOO8/R=='))).toThrow('signature');
});
