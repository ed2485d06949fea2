// Makes an app listen, and says in one sentence why it cannot.
import type { FastifyInstance } from 'fastify';
import { StartRefusal } from './start-refusal.ts';

/** Resolves with the URL. Rejects with StartRefusal, which names the option that `option` is. */
export async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  option: string,
): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new StartRefusal(listenSentence(error as NodeJS.ErrnoException, host, port, option), {
      cause: error,
    });
  }
  const address = app.server.address();
  const taken = address !== null && typeof address === 'object' ? address.port : port;
  return `https://${host.includes(':') ? `[${host}]` : host}:${taken}`;
}

function listenSentence(error: NodeJS.ErrnoException, host: string, port: number, option: string): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is taken by another program: choose another one with ${option}.`;
  }
  if (error.code === 'EACCES')
    return `Port ${port} on ${host} is not allowed for this user: choose another one with ${option}.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `${host} is no address of this machine: name another one with --host.`;
  }
  return `${host}:${port} cannot be listened on: ${error.message}.`;
}
