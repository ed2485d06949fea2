// The admin listener and the health listener, with the logins and certificates that they are made with.
import type { Server } from 'node:tls';
import { createFailedSignatures } from '../access/failed-signatures.ts';
import { createAdminServer } from '../admin/admin-server.ts';
import { createHealthServer } from '../admin/health-server.ts';
import { AdminLogin, type LoginSettings } from '../admin/login.ts';
import type { AdminPorts } from '../admin/ports.ts';
import { isLoopback } from '../config/cross-check-admin.ts';
import type { AdminListener, GatewayConfig, Listener } from '../config/gateway-config.ts';
import { createAddressGroups } from '../http1/address-groups.ts';
import { ServerCertificates } from '../http1/server-certificates.ts';
import type { Logger } from '../telemetry/logger.ts';
import { certificateOptions, newTicketKeys } from './certificate-options.ts';
import { listen } from './listen.ts';

/** Wrong tokens of one address before it is held off, and for how long; IPv6 by /64. */
const WRONG_TOKENS = { limit: 10, windowMs: 5 * 60_000 };

export interface AdminListeners {
  /** Gives where they are, with the ports that were bound. Rejects with a sentence that names the address. */
  listen(): Promise<{ readonly admin: Listener; readonly health?: Listener }>;
  /** Tokens and certificates of another config with the same listeners. Throws, with nothing changed, where OpenSSL refuses one. */
  reload(config: GatewayConfig): void;
  close(): Promise<void>;
}

export interface AdminParts {
  readonly ports: Omit<AdminPorts, 'login'>;
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

type App = ReturnType<typeof createAdminServer>;

export function composeAdmin(config: GatewayConfig, { ports, logger, now }: AdminParts): AdminListeners {
  const { admin: place, health: healthPlace } = config.listeners;
  const login = new AdminLogin({
    settings: settingsOf(config),
    failedLogins: createFailedSignatures({ ...WRONG_TOKENS, groupOf: createAddressGroups([]) }),
    isLoopback: isLoopback(place.host),
    now,
  });
  const ticketKeys = newTicketKeys();
  const tlsOf = ({ tls }: AdminListener) =>
    tls === undefined ? undefined : certificateOptions(tls, ticketKeys);
  const options = tlsOf(place);
  const certificates = options === undefined ? undefined : new ServerCertificates(options);
  const admin = createAdminServer({ ...ports, login }, { tls: certificates?.serverOptions });
  const health = healthPlace === undefined ? undefined : createHealthServer(ports, healthPlace);

  return {
    async listen() {
      const adminAt = await bind(admin, place);
      logger.info({ listener: 'admin', ...adminAt, tls: place.tls !== undefined }, 'listening');
      if (health === undefined || healthPlace === undefined) return { admin: adminAt };
      const healthAt = await bind(health, healthPlace);
      logger.info({ listener: 'health', ...healthAt, tls: false }, 'listening');
      return { admin: adminAt, health: healthAt };
    },
    reload(next) {
      const nextOptions = tlsOf(next.listeners.admin);
      if (nextOptions !== undefined) certificates?.replace(admin.server as unknown as Server, nextOptions);
      login.replaceTokens(settingsOf(next));
    },
    async close() {
      await Promise.all([admin.close(), health?.close()]);
    },
  };
}

function settingsOf({ admin }: GatewayConfig): LoginSettings {
  return admin;
}

async function bind(app: App, { host, port }: Listener): Promise<Listener> {
  const address = await listen({ host, port }, () => app.listen({ host, port }));
  return { host, port: Number(new URL(address).port) };
}
