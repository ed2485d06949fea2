// Makes of the store that works one at which no case even warns: what only one implementer asked for is added, and the
// store's clock is that of the bench.
import { AHEAD_MS } from './clock-ahead.ts';
import { questionOf, type WorkingStore, withHeader } from './fault.ts';
import type { StoreRequest } from './store-request.ts';

/** `fault`: the row whose fault is on; what would hide it is left out. */
export function exactlyAsVeeamWants(store: WorkingStore, fault: number | undefined): WorkingStore {
  return {
    ...store,
    async pass(request) {
      const target = slashDropped(request, fault);
      const answer =
        target === undefined
          ? await store.pass(request)
          : await store.ask(request, { ...questionOf(request), target });
      const date = new Date(Date.now() + AHEAD_MS).toUTCString();
      return withHeader(withHeader(answer, 'x-amz-id-2', 'of-the-store'), 'Date', date);
    },
  };
}

/** Takes `/` and `/Veeam/` for what they are without the slash, as SeaweedFS does (rows 9 and 10). */
function slashDropped(request: StoreRequest, fault: number | undefined): string | undefined {
  const prefix = request.query.get('prefix') ?? '';
  if (!request.isList || !prefix.startsWith('/')) return undefined;
  if (fault === (prefix === '/' ? 10 : 9)) return undefined;
  return request.target.replace(/([?&]prefix=)(%2F|\/)/, '$1');
}
