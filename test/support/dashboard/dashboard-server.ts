// The admin listener as it is, told by a test what the gateway does: for the dashboard in a browser.
import { createHash } from 'node:crypto';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import type { AdminRole } from '../../../src/admin/admin-token.ts';
import { EndpointRefusal } from '../../../src/admin/endpoint-ports.ts';
import { AdminLogin } from '../../../src/admin/login.ts';
import type { DashboardPicture } from './dashboard-pictures.ts';

export interface DashboardToken {
  readonly name: string;
  readonly role: AdminRole;
  /** `sgw_` and 43 characters. */
  readonly token: string;
}

export interface DashboardServerOptions {
  /** Made anew for each question, so that ages stay as they are. */
  readonly picture: (nowMs: number) => DashboardPicture;
  readonly version?: string;
  readonly tokens?: readonly DashboardToken[];
  /** 0: any free one. */
  readonly port?: number;
}

export interface EndpointOrder {
  readonly action: 'drain' | 'undrain';
  readonly backend: string;
  readonly endpoint: string;
}

export class DashboardServer implements AsyncDisposable {
  readonly #close: () => Promise<void>;
  readonly url: string;
  readonly port: number;
  /** What is told from now on. */
  picture: (nowMs: number) => DashboardPicture;
  /** What an operator ordered. */
  readonly orders: EndpointOrder[] = [];
  /** The next order is refused with this sentence. */
  refusal: string | undefined;

  private constructor(picture: DashboardServerOptions['picture'], port: number, close: () => Promise<void>) {
    this.picture = picture;
    this.port = port;
    this.url = `http://127.0.0.1:${port}/`;
    this.#close = close;
  }

  static async start(options: DashboardServerOptions): Promise<DashboardServer> {
    let server: DashboardServer | undefined;
    const { startedAt } = options.picture(Date.now()).live;
    const picture = () => (server?.picture ?? options.picture)(Date.now());
    const order =
      (action: EndpointOrder['action']) => async (which: { backend: string; endpoint: string }) => {
        if (server?.refusal !== undefined) throw new EndpointRefusal(409, server.refusal);
        server?.orders.push({ action, backend: which.backend, endpoint: which.endpoint });
        return true;
      };
    const app = createAdminServer({
      version: options.version ?? '1.2.3',
      isReady: async () => ({ ready: true, backends: [] }),
      renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
      capacities: async () => picture().capacities,
      capacityHistory: ({ bucket = '', backend = '', fromMs, toMs, stepMs = 60_000 }) => {
        const points = picture().history.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
        return { stepMs, series: points.length === 0 ? [] : [{ bucket, backend, points }] };
      },
      live: async () => ({ ...picture().live, startedAt }),
      veeam: () => picture().veeam ?? { servers: [], repositories: [] },
      endpoints: {
        list: async () => ({ unheard: 0, endpoints: [] }),
        drain: order('drain'),
        undrain: order('undrain'),
      },
      login: loginOf(options.tokens ?? []),
    });
    const address = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
    server = new DashboardServer(options.picture, Number(new URL(address).port), () => app.close());
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

function loginOf(tokens: readonly DashboardToken[]): AdminLogin {
  return new AdminLogin({
    settings: {
      tokens: tokens.map(({ name, role, token }) => ({
        name,
        role,
        hash: { reveal: () => createHash('sha256').update(token).digest('hex') },
      })),
      publicMetrics: false,
      hostNames: [],
    },
    failedLogins: { heldOffMs: () => 0, failed: () => undefined },
    isLoopback: true,
    now: () => performance.now(),
  });
}
