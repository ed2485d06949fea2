// Reads a collection of Veeam ONE page by page: Offset and Limit, and the envelope of items and their count.
import { type TObject, Type } from 'typebox';
import { jsonOf } from '../answer-error.ts';
import type { SendCall } from '../bearer-calls.ts';
import { checked } from '../checked.ts';
import { parseOneAnswer } from './answer-text.ts';
import type { OneCollection } from './one-client.ts';
import { type OneQuery, queryText } from './query.ts';

/** What the server gives by itself. */
const PAGE_SIZE = 100;

export interface CollectionOptions {
  readonly send: SendCall;
  readonly path: string;
  readonly schema: TObject;
  readonly role: string;
}

/** The schema of a page; of the items only what was selected. `items` may be null where there are none. */
function pageSchema(schema: TObject, select: readonly string[] | undefined) {
  const item = select === undefined ? schema : Type.Pick(schema, [...select]);
  return Type.Object({ items: Type.Union([Type.Array(item), Type.Null()]), totalCount: Type.Integer() });
}

/**
 * Asks for the next page when the reader comes to it. Ends with the collection, with the query's limit, or with a page
 * that is empty: the count may have changed meanwhile.
 */
export function collection<Item>({ send, path, schema, role }: CollectionOptions): OneCollection<Item> {
  return async function* <Selected extends keyof Item>(query: OneQuery<Item, Selected> = {}) {
    const answers = pageSchema(schema, query.select?.map(String));
    const pageSize = query.pageSize ?? PAGE_SIZE;
    const first = query.offset ?? 0;
    const end = query.limit === undefined ? Number.POSITIVE_INFINITY : first + query.limit;
    for (let offset = first, total = end; offset < Math.min(end, total); ) {
      const window = { offset, limit: Math.min(pageSize, end - offset) };
      const request = { method: 'GET', path: `${path}${queryText(query, window)}` } as const;
      const context = `at the items from ${offset} on`;
      const json = jsonOf(
        await send({ ...request, headers: {}, role, context }),
        { request },
        parseOneAnswer,
      );
      const page = checked(answers, json, `the answer to GET ${path}`, request);
      const items = (page.items ?? []).slice(0, window.limit);
      if (items.length === 0) return;
      // Checked against the schema that Item is the type of.
      yield* items as readonly Pick<Item, Selected>[];
      offset += items.length;
      total = page.totalCount;
    }
  };
}
