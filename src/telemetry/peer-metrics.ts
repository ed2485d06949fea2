// The link between gateways on one store, as Prometheus metrics.
import { Counter, Gauge, type Registry } from 'prom-client';

export interface PeerMetrics {
  /** Read whenever somebody looks; without it there are no peers. */
  show(status: () => PeersSeen): void;
  /** Counts changes that another gateway told of. */
  heard(changes: number): void;
  missed(changes: number): void;
}

interface PeersSeen {
  readonly of: number;
  readonly heard: number;
}

export function createPeerMetrics(registry: Registry): PeerMetrics {
  const registers = [registry];
  let seen = (): PeersSeen => ({ of: 0, heard: 0 });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('sosapi_gateway_peers', 'Other gateways that are configured.', () => seen().of);
  gauge('sosapi_gateway_peers_heard', 'Other gateways that are heard now.', () => seen().heard);
  const changes = new Counter({
    name: 'sosapi_gateway_peer_changes_total',
    help: 'Changes of usage that passed through other gateways: heard of them, or missed because one was away too long.',
    labelNames: ['outcome'] as const,
    registers,
  });
  return {
    show(status) {
      seen = status;
    },
    heard: (count) => changes.inc({ outcome: 'heard' }, count),
    missed: (count) => changes.inc({ outcome: 'missed' }, count),
  };
}
