// The request path out of config: part of the composition root.
import { createCredentialStore } from '../access/credential-store.ts';
import type { FailedSignatures } from '../access/failed-signatures.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { SosapiDocuments } from '../gateway/answer-sosapi.ts';
import type { BucketRule } from '../gateway/bucket-rules.ts';
import type { EventSink } from '../gateway/events.ts';
import { createSignatureExplainer } from '../gateway/explain-signatures.ts';
import { createGateway, type Gateway } from '../gateway/pipeline.ts';
import { type FullGuard, NEVER_FULL } from '../gateway/refuse-when-full.ts';
import type { Watched } from '../gateway/request-watch.ts';
import type { RequestCount } from '../gateway/requests-under-way.ts';
import { createVerifier } from '../sigv4/verify.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Clocks } from './compose-backends.ts';
import { createRequestIds } from './request-ids.ts';

export interface GatewayParts {
  readonly rules: readonly BucketRule[];
  /** Never full unless given. */
  readonly guard?: FullGuard;
  readonly documents: SosapiDocuments;
  readonly failedSignatures: FailedSignatures;
  readonly clocks: Clocks;
  readonly emit: EventSink;
  readonly logger: Logger;
  /** Of the S3 listeners; one that the system chooses is added when it is bound. */
  readonly ports: readonly number[];
  readonly underWay?: RequestCount;
}

export function composeGateway(config: GatewayConfig, parts: GatewayParts): Gateway {
  const {
    rules,
    guard = NEVER_FULL,
    documents,
    failedSignatures,
    clocks,
    emit,
    logger,
    ports,
    underWay,
  } = parts;
  const credentials = createCredentialStore(
    config.credentials.map(({ secretAccessKey, ...credential }) => ({
      ...credential,
      secret: secretAccessKey,
    })),
  );
  const watched: Watched = { protection: config.audit !== undefined, traces: config.tracing !== undefined };
  const isWatched = watched.protection || watched.traces;
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
    failedSignatures,
    explain: createSignatureExplainer({ credentials, hostNames: config.hostNames, ports, emit }),
    rules,
    guard,
    sosapi: documents,
    maxDeleteObjectsBytes: config.limits.deleteObjectsBodyBytes,
    emit,
    ...clocks,
    newRequestId: createRequestIds(),
    underWay,
    ...(isWatched && { watched }),
    onInternalError: (error) => logger.error({ err: error }, 'internal error'),
  });
}
