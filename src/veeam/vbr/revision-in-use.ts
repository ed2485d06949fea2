// The revision that one client speaks: it comes down, and only down, when the server says that it does not know it.
import { type RefusalFacts, VeeamRevisionError } from '../transport/veeam-error.ts';
import { nextRevision, type Revision, refusesRevision } from './revisions.ts';

export interface RevisionInUse {
  readonly current: Revision;
  /**
   * Whether what was refused may be sent again, at another revision than `used`. Throws a VeeamRevisionError when the
   * server knows none that this client does.
   */
  comesDown(used: Revision, refusal: RefusalFacts): boolean;
}

export function revisionInUse(wanted: Revision): RevisionInUse {
  let current = wanted;
  return {
    get current() {
      return current;
    },
    comesDown(used, refusal) {
      if (!refusesRevision(refusal)) return false;
      // Another call came down meanwhile.
      if (current !== used) return true;
      const next = nextRevision(used, refusal.said);
      if (next === undefined) {
        const said = refusal.said === undefined ? '' : ` It says: ${refusal.said}`;
        throw new VeeamRevisionError(
          `The server speaks no revision of the VBR REST API from ${wanted} down.${said}`,
          refusal,
        );
      }
      current = next;
      return true;
    },
  };
}

export function headersOf(revision: Revision): Readonly<Record<string, string>> {
  return { 'x-api-version': revision };
}
