// Sends one call of the VBR REST API at the revision in use, and reads its answer against a schema.
import type { Static, TSchema } from 'typebox';
import type { Secret } from '../../secret.ts';
import { jsonOf } from '../answer-error.ts';
import type { SendCall } from '../bearer-calls.ts';
import { checked } from '../checked.ts';
import type { TokenKeeper } from '../tokens.ts';
import { VeeamAnswerError, VeeamRefusalError } from '../transport/veeam-error.ts';
import type { TransportAnswer } from '../transport/veeam-transport.ts';
import type { Endpoint } from './endpoint.ts';
import { lacking, type QueryValues, requestLine } from './request-line.ts';
import { headersOf, type RevisionInUse } from './revision-in-use.ts';
import { type Revision, reaches } from './revisions.ts';
import { pageOf } from './schemas/page.ts';
import type { PageQuery } from './vbr-queries.ts';

/** What VBR gives of itself where it is not asked for a number. */
const PAGE_SIZE = 200;

export interface CallDetails {
  /** Of the one thing that the path names. */
  readonly id?: string;
  readonly query?: QueryValues;
  /** The body; made when the revision is known. */
  body?(revision: Revision): unknown;
  readonly secrets?: readonly Secret[];
  readonly signal?: AbortSignal;
  readonly context?: string;
  readonly accept?: string;
}

export interface VbrCalls {
  read<Schema extends TSchema>(
    schema: Schema,
    endpoint: Endpoint,
    details?: CallDetails,
  ): Promise<Static<Schema>>;
  /** For calls whose answer has nothing to say, or is no JSON. */
  send(endpoint: Endpoint, details?: CallDetails): Promise<TransportAnswer>;
  /** Every item of a collection that comes in pages. */
  items<Item extends TSchema>(
    item: Item,
    endpoint: Endpoint,
    query: PageQuery,
    id?: string,
  ): AsyncIterable<Static<Item>>;
}

export interface VbrCallsOptions {
  readonly sendCall: SendCall;
  readonly tokens: TokenKeeper;
  readonly revision: RevisionInUse;
}

export function createVbrCalls({ sendCall, tokens, revision }: VbrCallsOptions): VbrCalls {
  const send = async (endpoint: Endpoint, details: CallDetails = {}) => {
    // Logging in settles the revision, which the request is made for.
    await tokens.current();
    for (;;) {
      const used = revision.current;
      const json = details.body?.(used);
      const path = requestLine(endpoint, used, details);
      try {
        const answer = await sendCall({
          ...{ method: endpoint.method, path, role: endpoint.role, headers: headersOf(used) },
          ...(json === undefined ? {} : { json }),
          ...(details.secrets === undefined ? {} : { secrets: details.secrets }),
          ...(details.signal === undefined ? {} : { signal: details.signal }),
          ...(details.context === undefined ? {} : { context: details.context }),
          ...(details.accept === undefined ? {} : { accept: details.accept }),
        });
        return { answer, path };
      } catch (error) {
        if (!(error instanceof VeeamRefusalError) || !revision.comesDown(used, error)) throw error;
      }
    }
  };

  const calls: VbrCalls = {
    async send(endpoint, details) {
      const { answer } = await send(endpoint, details);
      return answer;
    },
    async read(schema, endpoint, details) {
      const { answer, path } = await send(endpoint, details);
      const request = { method: endpoint.method, path };
      const what = `the answer to ${endpoint.method} ${path}`;
      return checked(schema, jsonOf(answer, { request }), what, request);
    },
    async *items(item, endpoint, { skip = 0, limit, pageSize = PAGE_SIZE, ...filters }, id) {
      const schema = pageOf(item);
      const end = limit === undefined ? Number.POSITIVE_INFINITY : skip + limit;
      for (let at = skip; at < end; ) {
        const asked = Math.min(pageSize, end - at);
        await tokens.current();
        const paged = pagedAt(endpoint, revision.current) || skip > 0 || limit !== undefined;
        const { data, pagination } = await calls.read(schema, endpoint, {
          ...(id === undefined ? {} : { id }),
          query: { ...filters, ...(paged ? { skip: at, limit: asked } : {}) },
          context: `reading items ${at + 1} to ${at + asked}`,
        });
        yield* data.slice(0, end - at);
        at += data.length;
        if (at >= pagination.total) return;
        if (!paged) throw lacking(`The rest of ${pagination.total} items`, '1.3-rev2', revision.current);
        if (data.length === 0) throw emptyPage(endpoint, at, pagination.total);
      }
    },
  };
  return calls;
}

/** Before 1.3-rev2 the task sessions of a session come all at once. */
function pagedAt({ query }: Endpoint, revision: Revision): boolean {
  const since = query?.['skip']?.since;
  return since === undefined || reaches(revision, since);
}

/** To ask on would be to ask for ever. */
function emptyPage({ method, path }: Endpoint, at: number, total: number): VeeamAnswerError {
  return new VeeamAnswerError(
    `The answer to ${method} ${path} has no items from number ${at + 1} on, and says that there are ${total}.`,
    { method, path, field: 'data' },
  );
}
