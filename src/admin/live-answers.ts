// The other side of the live API: what came over the wire, read by the schemas that it was written by.
import Value from 'typebox/value';
import { Live, type LiveAnswer } from './live-schemas.ts';
import { Veeam, type VeeamAnswer } from './veeam-schemas.ts';

/** Undefined where it is no answer of `GET /api/live`. */
export function readLive(value: unknown): LiveAnswer | undefined {
  return Value.Check(Live, value) ? value : undefined;
}

/** Undefined where it is no answer of `GET /api/veeam`. */
export function readVeeam(value: unknown): VeeamAnswer | undefined {
  return Value.Check(Veeam, value) ? value : undefined;
}
