// The S3 listeners with the whole request path behind them: what each process that serves S3 runs.
import type { FailedSignatures } from '../access/failed-signatures.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { SosapiDocuments } from '../gateway/answer-sosapi.ts';
import type { BucketRule } from '../gateway/bucket-rules.ts';
import type { EventSink } from '../gateway/events.ts';
import type { FullGuard } from '../gateway/refuse-when-full.ts';
import type { AddressGroups } from '../http1/address-groups.ts';
import { IncompleteHeads } from '../http1/incomplete-heads.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Clocks } from './compose-backends.ts';
import { composeGateway } from './compose-gateway.ts';
import { composeServer } from './compose-server.ts';
import { listen } from './listen.ts';

export interface DataPlaneParts {
  readonly rules: readonly BucketRule[];
  /** Never full unless given. */
  readonly guard?: FullGuard;
  readonly documents: SosapiDocuments;
  readonly failedSignatures: FailedSignatures;
  /** Under which name a client's address is counted. */
  readonly groupOf: AddressGroups;
  readonly clocks: Clocks;
  readonly emit: EventSink;
  readonly logger: Logger;
  /** Whether other processes listen on the same ports at the same time. */
  readonly reusePort: boolean;
}

export interface DataPlane {
  /** Binds each S3 listener of the config and gives its port. Rejects with a sentence; then the owner closes what was bound. */
  listen(): Promise<readonly number[]>;
  /** Stops accepting, lets transfers finish within the time, then cuts them. */
  close(deadlineMs: number): Promise<void>;
}

export function composeDataPlane(config: GatewayConfig, parts: DataPlaneParts): DataPlane {
  const { emit, logger, clocks, groupOf, reusePort } = parts;
  const incompleteHeads = new IncompleteHeads({
    perAddress: config.limits.perAddress.incompleteHeads,
    groupOf,
    onRefused: (group, first) => emit({ kind: 'connection-refused', group, first }),
  });
  const ports = config.listeners.s3.map(({ port }) => port).filter((port) => port !== 0);
  const gateway = composeGateway(config, { ...parts, ports });
  const servers = config.listeners.s3.map((listener) => ({
    ...listener,
    server: composeServer(listener, config, {
      gateway,
      emit,
      incompleteHeads,
      now: clocks.now,
      onAcceptError: (error) => logger.error({ reason: error.message }, 'a connection was not accepted'),
    }),
  }));
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
    async close(deadlineMs) {
      await Promise.all(servers.map(({ server }) => server.close(deadlineMs)));
    },
  };
}
