// The S3 listeners with the whole request path behind them: what each process that serves S3 runs. The path can be replaced
// while they listen: the next request takes the new one, and those under way finish on the one that they began on.
import type { GatewayConfig } from '../config/gateway-config.ts';
import { sameConfig } from '../config/same-config.ts';
import type { SosapiDocuments } from '../gateway/answer-sosapi.ts';
import type { BucketRule } from '../gateway/bucket-rules.ts';
import type { EventSink } from '../gateway/events.ts';
import type { Gateway } from '../gateway/pipeline.ts';
import type { FullGuard } from '../gateway/refuse-when-full.ts';
import { RequestsUnderWay } from '../gateway/requests-under-way.ts';
import { IncompleteHeads } from '../http1/incomplete-heads.ts';
import type { Secret } from '../secret.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AddressProtection } from './address-protection.ts';
import { certificateOptions, newTicketKeys } from './certificate-options.ts';
import type { Clocks } from './compose-backends.ts';
import { composeGateway } from './compose-gateway.ts';
import { composeServer, serverSettings } from './compose-server.ts';
import { listen } from './listen.ts';

export interface DataPlaneParts extends RequestPathParts {
  /** Never full unless given. */
  readonly guard?: FullGuard;
  readonly clocks: Clocks;
  readonly emit: EventSink;
  readonly logger: Logger;
  /** Whether other processes listen on the same ports at the same time. */
  readonly reusePort: boolean;
  /** Shared by processes that listen together; else this one's own. */
  readonly ticketKeys?: Secret;
}

/** What another config may replace. */
export interface RequestPathParts {
  readonly rules: readonly BucketRule[];
  readonly documents: SosapiDocuments;
  readonly protection: AddressProtection;
}

export interface DataPlane {
  /** Binds each S3 listener of the config and gives its port. Rejects with a sentence; then the owner closes what was bound. */
  listen(): Promise<readonly number[]>;
  /**
   * What another config with the same listeners makes of the request path; nothing changes before `commit`. Throws where
   * it cannot be made.
   */
  prepare(config: GatewayConfig, parts: RequestPathParts): PreparedDataPlane;
  /** Stops accepting, lets transfers finish within the time, then cuts them. */
  close(deadlineMs: number): Promise<void>;
}

export interface PreparedDataPlane {
  /** The next request takes the new path. `onEnded` is called once no request is under way on the one before. */
  commit(onEnded: () => void): void;
}

interface RequestPath {
  readonly config: GatewayConfig;
  readonly gateway: Gateway;
  readonly underWay: RequestsUnderWay;
  readonly incompleteHeads: IncompleteHeads;
}

export function composeDataPlane(config: GatewayConfig, parts: DataPlaneParts): DataPlane {
  const { emit, logger, clocks, reusePort, ticketKeys = newTicketKeys() } = parts;
  const ports = config.listeners.s3.map(({ port }) => port).filter((port) => port !== 0);
  let current = pathOf(config, parts, undefined);
  const servers = config.listeners.s3.map((listener) => ({
    ...listener,
    server: composeServer(listener, config, {
      gateway: {
        onExchange: (exchange) => current.gateway.onExchange(exchange),
        onBadHead: (error, remoteAddress) => current.gateway.onBadHead(error, remoteAddress),
      },
      emit,
      incompleteHeads: current.incompleteHeads,
      ticketKeys,
      now: clocks.now,
      onAcceptError: (error) => logger.error({ reason: error.message }, 'a connection was not accepted'),
    }),
  }));

  function pathOf(
    of: GatewayConfig,
    { rules, documents, protection }: RequestPathParts,
    before: RequestPath | undefined,
  ): RequestPath {
    const underWay = new RequestsUnderWay();
    const { failedSignatures } = protection;
    return {
      config: of,
      underWay,
      gateway: composeGateway(of, { ...parts, rules, documents, failedSignatures, ports, underWay }),
      incompleteHeads: incompleteHeadsOf(of, protection, before),
    };
  }

  /** Those of before where nothing about them changed: they know who has how many. */
  function incompleteHeadsOf(
    { limits }: GatewayConfig,
    { groupOf }: AddressProtection,
    before: RequestPath | undefined,
  ): IncompleteHeads {
    if (before !== undefined && sameConfig(before.config.limits.perAddress, limits.perAddress)) {
      return before.incompleteHeads;
    }
    return new IncompleteHeads({
      perAddress: limits.perAddress.incompleteHeads,
      groupOf,
      onRefused: (group, first) => emit({ kind: 'connection-refused', group, first }),
    });
  }

  return {
    async listen() {
      const bound: number[] = [];
      for (const { server, host, port } of servers) {
        const own = (await listen({ host, port }, () => server.listen({ host, port, reusePort }))) ?? port;
        bound.push(own);
        if (port === 0) ports.push(own);
      }
      return bound;
    },
    prepare(changed, changedParts) {
      const renewals = servers.map(({ server }, index) => {
        const { tls } = changed.listeners.s3[index] ?? {};
        const isSame = tls === undefined || sameConfig(current.config.listeners.s3[index]?.tls, tls);
        return isSame ? undefined : server.prepareTls(certificateOptions(tls, ticketKeys));
      });
      const next = pathOf(changed, changedParts, current);
      return {
        commit(onEnded) {
          const before = current;
          current = next;
          const settings = serverSettings(changed, next.incompleteHeads);
          for (const { server } of servers) server.replaceSettings(settings);
          for (const renew of renewals) renew?.();
          before.underWay.whenNone(onEnded);
        },
      };
    },
    async close(deadlineMs) {
      await Promise.all(servers.map(({ server }) => server.close(deadlineMs)));
    },
  };
}
