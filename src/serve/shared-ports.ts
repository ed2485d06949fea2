// Ports that several processes listen on at the same time.
import { once } from 'node:events';
import net from 'node:net';
import type { Listener } from '../config/gateway-config.ts';
import { listen } from './listen.ts';

/**
 * Where the system spreads the connections of one port over several listeners (SO_REUSEPORT). Others refuse the option
 * (Node's documentation of `server.listen`, 24.21) or do not spread; there the workers share the primary's listener, which is
 * what Node's cluster does by itself.
 */
export const HAS_REUSE_PORT = process.platform === 'linux';

/**
 * Resolves where nobody listens there. With SO_REUSEPORT a second gateway of the same user would start without an error and
 * get half of the connections; without it, as here, the system refuses. Port 0 is always free.
 */
export async function checkFree({ host, port }: Listener): Promise<void> {
  if (port === 0) return;
  const probe = net.createServer();
  await listen({ host, port }, () => {
    // Exclusive: in a process that has workers, too, this is a listener of its own.
    const listening = once(probe, 'listening');
    probe.listen({ host, port, exclusive: true });
    return listening;
  });
  probe.close();
  await once(probe, 'close');
}
