// What a route of the admin listener asks of whoever calls it: said in its options, enforced for all of them in access-hook.ts.
import type { Caller } from './login.ts';

/**
 * `none`: open to everyone. `read-only`: any token. `operator`: a token of an operator. A route that says nothing asks
 * for `read-only`.
 */
export type RouteRole = 'none' | 'read-only' | 'operator';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly role?: RouteRole;
    /** For programs that look whether it is alive: no limit of requests, any Host, answered although a token is wrong. */
    readonly isProbe?: boolean;
    /** Open to everyone where `admin.publicMetrics` says so. */
    readonly isMetrics?: boolean;
  }

  interface FastifyRequest {
    /** Undefined for one that did not log in, where there are logins. */
    caller: Caller | undefined;
    /** A wrong token was shown, and it is worth a line in the audit log. */
    isWrongLogin: boolean;
  }
}
