// Node's usual way to write a proxy, Fastify with @fastify/reply-from, in a process of its own.
import { join } from 'node:path';
import { NODE } from './pinned-process.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy.ts';

/** Whether its packages are installed. */
export function canReplyFrom(): boolean {
  try {
    import.meta.resolve('@fastify/reply-from');
    import.meta.resolve('fastify');
    return true;
  } catch {
    return false;
  }
}

export function startReplyFrom(options: ProxyOptions): Promise<RunningProxy> {
  const { storePort, tls } = options;
  return startProxy(
    {
      name: 'reply-from',
      command: NODE,
      prepare: async (_, port) => [
        join(import.meta.dirname, 'reply-from-server.ts'),
        String(port),
        String(storePort),
        ...(tls === undefined ? [] : [tls.certFile, tls.keyFile]),
      ],
    },
    options,
  );
}
