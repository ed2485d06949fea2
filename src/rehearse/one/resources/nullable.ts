// Properties of Veeam ONE's resources: the vendor marks none as required, and most may be null.
import { type TSchema, Type } from 'typebox';

export function nullable<S extends TSchema>(schema: S) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

/** A byte count: an integer of 64 bits. */
export const Bytes = Type.Integer({ format: 'int64' });
export const Moment = Type.String({ format: 'date-time' });
