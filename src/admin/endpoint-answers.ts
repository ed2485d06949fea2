// The other side of the endpoints API: what came over the wire, read by the schemas that it was written by.
import Value from 'typebox/value';
import { Drained, type DrainedAnswer, type EndpointAnswer, Endpoints } from './endpoint-schemas.ts';

/** Undefined where it is no answer of `GET /api/endpoints`. */
export function readEndpoints(value: unknown): EndpointAnswer | undefined {
  return Value.Check(Endpoints, value) ? value : undefined;
}

/** Undefined where it is no answer to a drain or undrain. */
export function readDrained(value: unknown): DrainedAnswer | undefined {
  return Value.Check(Drained, value) ? value : undefined;
}
