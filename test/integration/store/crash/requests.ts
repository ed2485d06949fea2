// Pieces of requests that the load is made of.
import { crc32 } from 'node:zlib';

export function pathOf({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  return `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

export function dateIn(days: number): string {
  return new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000).toISOString();
}

export function crc32Base64(data: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString('base64');
}
