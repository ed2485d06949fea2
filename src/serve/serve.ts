// Composition root: config in, parts built, listeners started, everything ended on `stop`.
import { randomBytes } from 'node:crypto';
import { createCredentialStore } from '../access/credential-store.ts';
import { createFailedSignatures } from '../access/failed-signatures.ts';
import { createAdminServer } from '../admin/admin-server.ts';
import type { GatewayConfig, Listener } from '../config/gateway-config.ts';
import type { EventSink } from '../gateway/events.ts';
import { createSignatureExplainer } from '../gateway/explain-signatures.ts';
import { createGateway, type Gateway } from '../gateway/pipeline.ts';
import { type AddressGroups, createAddressGroups } from '../http1/address-groups.ts';
import { IncompleteHeads } from '../http1/incomplete-heads.ts';
import { createVerifier } from '../sigv4/verify.ts';
import { renderSystem } from '../sosapi/documents.ts';
import { createAccessLog } from '../telemetry/access-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { capacityDocument } from './capacity-document.ts';
import { capacityRows } from './capacity-rows.ts';
import type { Clocks } from './compose-backends.ts';
import { composeServer } from './compose-server.ts';
import { composeStores, type Stores } from './compose-stores.ts';
import { type EmbeddedStores, startEmbeddedStores } from './embedded-stores.ts';
import { listen } from './listen.ts';
import { createReadiness } from './readiness.ts';
import { readVersion } from './version.ts';

/** A gateway that serves. */
export interface RunningGateway {
  /** Where the S3 listeners are, in the order of the config, and the admin listener: with the ports that were bound. */
  readonly s3: readonly Listener[];
  readonly admin: Listener;
  /** Stops accepting, lets transfers finish within the configured drain time, then cuts them. */
  stop(): Promise<void>;
}

/** Starts the embedded stores and every listener, or nothing; rejects with the reason. */
export async function serve(config: GatewayConfig, logger: Logger): Promise<RunningGateway> {
  const clocks: Clocks = { wallClock: Date.now, now: () => performance.now() };
  const embedded = await startEmbeddedStores(config, logger, clocks.now);
  try {
    return await serveOver(embedded, config, clocks, logger);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

async function serveOver(
  embedded: EmbeddedStores,
  config: GatewayConfig,
  clocks: Clocks,
  logger: Logger,
): Promise<RunningGateway> {
  const version = readVersion();
  const metrics = createMetrics({ version, now: clocks.wallClock });
  const accessLog = createAccessLog(logger);
  const emit: EventSink = guarded(logger, (event) => {
    metrics.onEvent(event);
    if (config.log.access || event.kind !== 'request') accessLog(event);
  });
  const stores = composeStores(config, {
    embedded: embedded.byName,
    clocks,
    emit,
    onMeasured(bucket, backend, result) {
      if (result instanceof Error) {
        metrics.observeCapacity(bucket, backend, result);
        logger.warn({ bucket, backend, reason: result.message }, 'capacity unknown');
      } else {
        metrics.observeCapacity(bucket, backend, { ...result, measuredAtMs: result.sampledAtMs });
      }
    },
  });
  const groupOf = createAddressGroups(config.limits.perAddress.exempt);
  const incompleteHeads = new IncompleteHeads({
    perAddress: config.limits.perAddress.incompleteHeads,
    groupOf,
    onRefused: (group, first) => emit({ kind: 'connection-refused', group, first }),
  });
  const ports = config.listeners.s3.map(({ port }) => port).filter((port) => port !== 0);
  const gateway = composeGateway(config, stores, clocks, { emit, logger, groupOf, ports });
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
  const readiness = createReadiness(
    stores.all.map(({ backend }) => backend),
    clocks.now,
  );
  const admin = createAdminServer({
    version,
    isReady: readiness.check,
    renderMetrics: () => metrics.render(),
    capacities: () =>
      stores.all.flatMap(({ backend, capacity }) => capacityRows(backend.name, capacity.snapshot())),
    logger,
  });

  const stop = async (): Promise<void> => {
    readiness.drain();
    await Promise.all(servers.map(({ server }) => server.close(config.timeouts.drainMs)));
    stores.close();
    await embedded.stop();
    await admin.close();
  };

  try {
    const s3: Listener[] = [];
    for (const { server, host, port, tls } of servers) {
      const bound = (await listen({ host, port }, () => server.listen({ host, port }))) ?? port;
      s3.push({ host, port: bound });
      if (port === 0) ports.push(bound);
      logger.info({ listener: 's3', host, port: bound, tls: tls !== undefined }, 'listening');
    }
    const { host, port } = config.listeners.admin;
    const address = await listen({ host, port }, () => admin.listen({ host, port }));
    const bound = Number(new URL(address).port);
    logger.info({ listener: 'admin', host, port: bound, tls: false }, 'listening');
    stores.learn();
    return { s3, admin: { host, port: bound }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Accounting never fails a request: what it throws is logged and forgotten. */
function guarded(logger: Logger, sink: EventSink): EventSink {
  return (event) => {
    try {
      sink(event);
    } catch (error) {
      logger.error({ err: error, event: event.kind }, 'accounting failed');
    }
  };
}

interface Surroundings {
  readonly emit: EventSink;
  readonly logger: Logger;
  readonly groupOf: AddressGroups;
  /** Of the S3 listeners; one that the system chooses is added when it is bound. */
  readonly ports: readonly number[];
}

function composeGateway(
  config: GatewayConfig,
  { rules, capacityOf }: Stores,
  { wallClock, now }: Clocks,
  { emit, logger, groupOf, ports }: Surroundings,
): Gateway {
  const credentials = createCredentialStore(
    config.credentials.map(({ secretAccessKey, ...credential }) => ({
      ...credential,
      secret: secretAccessKey,
    })),
  );
  return createGateway({
    hostNames: config.hostNames,
    region: config.region,
    verifier: createVerifier({
      secretOf: credentials.secretOf,
      unsignedHeadersOf: credentials.unsignedHeadersOf,
      regions: new Set([config.region, ...config.acceptedRegions]),
      maxSkewMs: config.limits.clockSkewMs,
    }),
    credentials,
    failedSignatures: createFailedSignatures({
      limit: config.limits.perAddress.failedSignatures,
      windowMs: config.limits.perAddress.windowMs,
      groupOf,
    }),
    explain: createSignatureExplainer({ credentials, hostNames: config.hostNames, ports, emit }),
    rules,
    sosapi: {
      system: { body: renderSystem(config.sosapi), lastModifiedMs: wallClock() },
      capacity: (bucket) => capacityDocument(bucket, capacityOf),
    },
    maxDeleteObjectsBytes: config.limits.deleteObjectsBodyBytes,
    emit,
    wallClock,
    now,
    newRequestId: () => randomBytes(8).toString('hex').toUpperCase(),
    onInternalError: (error) => logger.error({ err: error }, 'internal error'),
  });
}
