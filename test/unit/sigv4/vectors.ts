// Recorded requests with the signatures that others calculated; the origin stands in each file.
import { readFileSync } from 'node:fs';
import { parseAmzDate } from '../../../src/sigv4/amz-date.ts';
import type { Pair } from './request-fixture.ts';

export interface VectorRequest {
  readonly name: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Pair[];
  readonly contentLength?: number;
}

export interface VectorFile {
  readonly source: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly time: string;
  readonly requests: readonly VectorRequest[];
}

export function loadVectors(name: string): VectorFile {
  const url = new URL(`../../vectors/sigv4/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as VectorFile;
}

export function timeOf(file: VectorFile): number {
  const date = parseAmzDate(file.time);
  if (date === undefined) throw new Error(`${file.time} is no time`);
  return date.ms;
}
