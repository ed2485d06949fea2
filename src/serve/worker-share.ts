// What one worker gets of the config: everything that serving needs, and its share of the limits that are for the whole gateway.
import type {
  AdminListener,
  BackendConfig,
  CapacityWatchConfig,
  GatewayConfig,
  LimitsConfig,
} from '../config/gateway-config.ts';

/**
 * Below it a share would hit a single client whose connections happen to meet in one worker. So all workers together may
 * hold more incomplete heads of one address than a limit says that is smaller than this times their number.
 */
const LEAST_INCOMPLETE_HEADS = 16;

/** Shares are rounded up. Where capacity is asked for, with which key, who Veeam is and who may log in stays with the primary. */
export function workerShare(config: GatewayConfig, workers: number): GatewayConfig {
  const shareOf = (whole: number): number => Math.ceil(whole / workers);
  const { veeam: _veeam, peers: _peers, ...rest } = config;
  return {
    ...rest,
    listeners: { ...config.listeners, admin: withoutTls(config.listeners.admin) },
    admin: { ...config.admin, tokens: [] },
    backends: config.backends.map((backend) => shareOfBackend(backend, shareOf)),
    capacity: withoutWebhook(config.capacity),
    limits: shareOfLimits(config.limits, shareOf),
    ...(config.audit && {
      audit: { ...config.audit, refusalsPerMinute: shareOf(config.audit.refusalsPerMinute) },
    }),
  };
}

function withoutTls({ tls: _tls, ...rest }: AdminListener): AdminListener {
  return rest;
}

function withoutWebhook({ webhook: _webhook, ...rest }: CapacityWatchConfig): CapacityWatchConfig {
  return rest;
}

function shareOfBackend(backend: BackendConfig, shareOf: (whole: number) => number): BackendConfig {
  if (backend.kind === 'embedded') return { ...backend, maxConnections: shareOf(backend.maxConnections) };
  const { capacity: _capacity, ...rest } = backend;
  const { maxInFlightPerCredential: inFlight } = backend;
  return {
    ...rest,
    maxConnectionsPerEndpoint: shareOf(backend.maxConnectionsPerEndpoint),
    ...(inFlight !== undefined && { maxInFlightPerCredential: shareOf(inFlight) }),
  };
}

function shareOfLimits(limits: LimitsConfig, shareOf: (whole: number) => number): LimitsConfig {
  const { incompleteHeads } = limits.perAddress;
  const least = Math.min(incompleteHeads, LEAST_INCOMPLETE_HEADS);
  return {
    ...limits,
    connections: shareOf(limits.connections),
    perAddress: {
      ...limits.perAddress,
      // 0 means any number, and stays 0.
      incompleteHeads: Math.max(shareOf(incompleteHeads), least),
    },
  };
}
