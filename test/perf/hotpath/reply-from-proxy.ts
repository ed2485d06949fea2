// Node's usual way to write a proxy, Fastify with @fastify/reply-from.
import { startNodeProxy } from './node-proxy.ts';
import type { ProxyOptions, RunningProxy } from './proxy.ts';

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
  return startNodeProxy('reply-from', 'reply-from-server.ts', options);
}
