// The cookie that holds the id of a session: no script reads it, no other site makes a browser send it.
import { fastifyCookie } from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The prefix makes browsers take it only over HTTPS, for this host and all its paths (RFC 6265bis, section 4.1.3.2). */
const NAME = { plain: 'sosapi-admin', secure: '__Host-sosapi-admin' };

/** Without its hooks: cookies are looked at by whoever wants one. */
export function readCookies(app: FastifyInstance): void {
  void app.register(fastifyCookie, { hook: false });
}

export function sessionIdOf({ headers, protocol, server }: FastifyRequest): string | undefined {
  const { cookie } = headers;
  return cookie === undefined ? undefined : server.parseCookie(cookie)[nameFor(protocol)];
}

/** Without `id` the browser forgets the one that it has. Browsers forget it when they are closed, too. */
export function setSessionCookie(reply: FastifyReply, id: string | undefined): void {
  const { protocol } = reply.request;
  const cookie = reply.server.serializeCookie(nameFor(protocol), id ?? '', {
    httpOnly: true,
    sameSite: 'strict',
    secure: protocol === 'https',
    path: '/',
    ...(id === undefined ? { maxAge: 0 } : {}),
  });
  void reply.header('set-cookie', cookie);
}

function nameFor(protocol: 'http' | 'https'): string {
  return protocol === 'https' ? NAME.secure : NAME.plain;
}
