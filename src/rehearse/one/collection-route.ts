// Collections of Veeam ONE and single resources of them: all with the same query parameters and the same envelope.
import type { FastifyInstance } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { OneError } from './one-error.ts';
import { oneJson } from './one-json.ts';
import { answerPage, parsePageQuery } from './query/page-query.ts';

/** Versions of the API that are spoken; the documents show both. */
export const ONE_VERSIONS = ['v2.3', 'v2.2'] as const;

export interface Collection {
  /** After `/api/v2.3`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly schema: TSchema;
  /** All resources, in the default order. */
  resources(): readonly unknown[];
  /** Of one resource, by the number in its path; left out where the documents show no such path. */
  readonly idProperty?: string;
}

const QUERY = Type.Object({
  Offset: Type.Optional(Type.String({ description: 'How many resources are left out at the beginning' })),
  Limit: Type.Optional(
    Type.String({ description: 'How many resources are answered at most; 100 unless given' }),
  ),
  Filter: Type.Optional(
    Type.String({
      description:
        '{"property":"name","operation":"contains","collation":"ignorecase","value":"text"} or a group',
    }),
  ),
  Sort: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: '{"property":"name","direction":"ascending","collation":"ignorecase"}',
    }),
  ),
  Select: Type.Optional(Type.String({ description: 'Names of properties with commas between them' })),
});

export function registerCollection(app: FastifyInstance, collection: Collection): void {
  const { path, tag, summary, schema, idProperty } = collection;
  const Page = Type.Object({ items: Type.Array(schema), totalCount: Type.Integer() });
  for (const version of ONE_VERSIONS) {
    const url = `/api/${version}${path}`;
    app.get(
      url,
      {
        schema: { tags: [tag], summary, querystring: QUERY, response: { 200: Page } },
        // Names come in any case, and what is wrong is said by the query itself.
        validatorCompiler: () => (value) => ({ value }),
      },
      async (request, reply) => {
        const query = parsePageQuery(request.query as Readonly<Record<string, unknown>>, schema);
        return reply
          .type('application/json; charset=utf-8')
          .send(oneJson(answerPage(collection.resources(), query)));
      },
    );
    if (idProperty === undefined) continue;
    app.get<{ Params: { readonly id: string } }>(
      `${url}/:id`,
      { schema: { tags: [tag], summary: `${summary}: One`, response: { 200: schema } } },
      async ({ params }, reply) => {
        const found = collection
          .resources()
          .find((one) => String((one as Readonly<Record<string, unknown>>)[idProperty]) === params.id);
        if (found === undefined)
          throw new OneError(404, `There is no such resource: ${path}/${params.id.slice(0, 40)}.`);
        return reply.type('application/json; charset=utf-8').send(oneJson(found));
      },
    );
  }
}
