// capacity.xml as a client reads it, with what must hold of it always.
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';

export const CAPACITY = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml';

export interface Numbers {
  readonly capacity: number;
  readonly available: number;
  readonly used: number;
}

export async function numbersOf(client: S3Client, Bucket: string): Promise<Numbers> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: CAPACITY }));
  const text = (await Body?.transformToString()) ?? '';
  const read = (name: string) => Number(new RegExp(`<${name}>(\\d+)</${name}>`).exec(text)?.[1]);
  const numbers = { capacity: read('Capacity'), available: read('Available'), used: read('Used') };
  expect(numbers.available).toBeGreaterThanOrEqual(0);
  expect(numbers.available).toBeLessThanOrEqual(numbers.capacity);
  expect(numbers.capacity).toBeGreaterThan(0);
  return numbers;
}
