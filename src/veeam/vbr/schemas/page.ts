// A page of a collection of VBR. Source: PaginationResult and the …Result models of revisions 1.2-rev1 to 1.3-rev2.
import Type, { type TSchema } from 'typebox';

const pagination = Type.Object({
  /** Of all items that the filters leave. */
  total: Type.Integer(),
  /** In this page. */
  count: Type.Integer(),
  skip: Type.Optional(Type.Integer()),
  limit: Type.Optional(Type.Integer()),
});

export function pageOf<Item extends TSchema>(item: Item) {
  return Type.Object({ data: Type.Array(item), pagination });
}
