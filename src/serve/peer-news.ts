// What is said in the log about the other gateways: each thing once, and callers that are refused at most every ten seconds.
import type { Listener } from '../config/gateway-config.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface PeerNews {
  heard(peer: Listener): void;
  lost(peer: Listener, reason: string): void;
  missed(peer: Listener, changes: number): void;
  refused(remote: string, reason: string): void;
}

const REFUSED_EVERY_MS = 10_000;

export function createPeerNews(parent: Logger, now: MonotonicClock): PeerNews {
  const logger = parent.child({ component: 'peers' });
  /** What was said last of each. */
  const said = new Map<string, string>();
  let refusedAtMs = Number.NEGATIVE_INFINITY;
  let unsaid = 0;

  function isNew(name: string, what: string): boolean {
    if (said.get(name) === what) return false;
    said.set(name, what);
    return true;
  }

  return {
    heard(peer) {
      const name = nameOf(peer);
      if (isNew(name, 'heard')) logger.info({ peer: name }, 'a gateway is heard');
    },
    lost(peer, reason) {
      const name = nameOf(peer);
      if (isNew(name, reason)) {
        logger.warn(
          { peer: name, reason },
          'a gateway is not heard: until it is, what passes through it is known from the next measurement of the store',
        );
      }
    },
    missed(peer, changes) {
      logger.warn(
        { peer: nameOf(peer), changes },
        'a gateway told of less than passed through it: the next measurement of the store shows the rest',
      );
    },
    refused(remote, reason) {
      if (now() - refusedAtMs < REFUSED_EVERY_MS) {
        unsaid += 1;
        return;
      }
      logger.warn({ remote, reason, unsaid }, 'a call to the listener for gateways was refused');
      refusedAtMs = now();
      unsaid = 0;
    },
  };
}

function nameOf({ host, port }: Listener): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
