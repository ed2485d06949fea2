// The other side of the capacity API: what came over the wire, read by the schemas that it was written by.
import Value from 'typebox/value';
import { Capacities, type CapacityAnswer, type CapacityHistoryAnswer, History } from './capacity-schemas.ts';

/** Undefined where it is no answer of `GET /api/capacity`. */
export function readCapacities(value: unknown): CapacityAnswer | undefined {
  return Value.Check(Capacities, value) ? value : undefined;
}

/** Undefined where it is no answer of `GET /api/capacity/history`. */
export function readHistory(value: unknown): CapacityHistoryAnswer | undefined {
  return Value.Check(History, value) ? value : undefined;
}
