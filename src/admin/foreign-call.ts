// Calls that a page of someone else makes a browser send: found by what a page cannot choose.
import type { IncomingHttpHeaders } from 'node:http';

/** What our own pages send with whatever changes something. Another origin's page cannot without being asked about first. */
export const PAGE_HEADER = 'x-sosapi-admin';

export interface ForeignCallRules {
  /** On a loopback address a name that is resolved to it could be anybody's (DNS rebinding). */
  readonly isLoopback: boolean;
  /** Lower-case names that are ours nevertheless. */
  readonly hostNames: readonly string[];
}

/** Why a request is refused, for whoever sent it; undefined where nothing speaks against it. */
export function foreignCall(
  { method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders },
  { isLoopback, hostNames }: ForeignCallRules,
): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  const name = host.toLowerCase().replace(/:\d+$/, '');
  if (isLoopback && !isLoopbackName(name) && !hostNames.includes(name)) {
    return 'this listener is not known by the name in Host: use its address, or put the name into admin.hostNames of the config';
  }
  // Not its scheme: behind a proxy that speaks HTTPS it is another one.
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase()) {
    return 'pages of other origins may not call this listener';
  }
  // Browsers of today send it; `none` is what someone typed. A link that someone follows shows nothing to the page it was on.
  const isLink = mode === 'navigate' && isSafe(method);
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink) {
    return 'pages of other sites may not call this listener';
  }
  return undefined;
}

/** Of methods that change nothing. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** `localhost`, all of 127.0.0.0/8 and `::1`, in brackets or not. */
export function isLoopbackName(host: string): boolean {
  return host === 'localhost' || /^127(\.\d{1,3}){3}$/.test(host) || /^(::1|\[::1\])$/.test(host);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
