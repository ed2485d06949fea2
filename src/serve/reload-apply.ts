// Puts another config to work in a gateway that runs: everything is made ready first, in every process, and then all of it takes
// the place of what was before, or nothing does.
import type { GatewayConfig } from '../config/gateway-config.ts';
import { type Logger, setLogLevel } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { CertificateWatch } from './certificate-watch.ts';
import type { AdminListeners } from './compose-admin.ts';
import type { PreparedRoutes } from './compose-routes.ts';
import type { Stores } from './compose-stores.ts';
import type { EmbeddedStores } from './embedded-stores.ts';
import { applyDrained, type EndpointControl } from './endpoint-control.ts';
import type { LiveDocuments } from './live-documents.ts';
import type { PreparedService, S3Service } from './s3-service.ts';

export interface ApplyParts {
  readonly stores: Stores;
  readonly service: S3Service;
  readonly embedded: EmbeddedStores;
  readonly endpoints: EndpointControl;
  readonly admin: Pick<AdminListeners, 'reload'>;
  readonly documents: LiveDocuments;
  readonly metrics: Metrics;
  readonly certificates: CertificateWatch;
  readonly logger: Logger;
  /** Told when the new config is the one that counts: for whoever looks at the config each time. */
  onApplied(config: GatewayConfig): void;
}

/** Gives what rejects, with nothing changed, where a config that differs only in what may change cannot be put to work. */
export function createApply(parts: ApplyParts): (config: GatewayConfig) => Promise<void> {
  const { stores, service, embedded, endpoints, admin, documents, metrics, certificates, logger } = parts;
  return async (config) => {
    certificates.check(config);
    const routes = stores.routes.prepare(config);
    const prepared = await prepareBehind(routes, service, config);
    try {
      // The last that may throw.
      admin.reload(config);
    } catch (error) {
      prepared.abandon();
      routes.abandon();
      throw error;
    }
    const closeReplaced = routes.commit();
    applyDrained(endpoints.drained, stores.routes.byName.values());
    embedded.replaceQuotas(config);
    stores.capacities.replace(config);
    documents.replace(config);
    certificates.replace(config);
    const switched = prepared.commit(closeReplaced);
    metrics.endpoints.show(stores.routes.byName.values());
    setLogLevel(logger, config.log.level);
    parts.onApplied(config);
    await switched;
  };
}

async function prepareBehind(
  routes: PreparedRoutes,
  service: S3Service,
  config: GatewayConfig,
): Promise<PreparedService> {
  try {
    return await service.prepare(config, routes);
  } catch (error) {
    routes.abandon();
    throw error;
  }
}
