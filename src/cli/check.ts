// `check`: reads the config, tries every backend, prints what it found, and exits 0 only where nothing is wrong.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stderr, stdout } from 'node:process';
import type { Backend } from '../backend/backend.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { formatProblems } from '../config/problem.ts';
import { Secret } from '../secret.ts';
import { composeStores, type Stores } from '../serve/compose-stores.ts';
import { type EmbeddedAccess, endpointAt } from '../serve/embedded-store.ts';
import { type EmbeddedStart, tryEmbeddedStores } from '../serve/embedded-stores.ts';
import { NO_STATE } from '../serve/state-files.ts';
import { createLogger } from '../telemetry/logger.ts';
import { UsageError } from './arguments.ts';
import { certificateTable, checkCertificates } from './certificate-table.ts';
import { defaultDataDirectory, readDefaultSetup } from './default-setup.ts';
import { type ProbedBackend, type ProbedBucket, probeBackend } from './probe-backend.ts';
import { formatBytes, renderTable } from './table.ts';

/** Stores refuse signatures beyond 15 minutes; long before that a clock deserves a look. */
const SKEW_WORTH_A_WORD_SECONDS = 30;

/** Resolves with the exit code: 0 all is well, 1 something is not. */
export async function checkCommand(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
  json: boolean,
): Promise<number> {
  const { config, warnings } = file === undefined ? await checkedSetup(env) : loadConfig({ file, env });
  if (warnings.length > 0) stderr.write(`${formatProblems(file ?? '', warnings)}\n`);
  const now = (): number => performance.now();
  const logger = createLogger({ level: 'silent' });
  const embedded = await tryEmbeddedStores(config, logger, now);
  const stores = composeStores(config, {
    embedded: new Map([...embedded].map(([name, start]) => [name, accessTo(start)])),
    clocks: { wallClock: Date.now, now },
    emit() {},
    // The directory is the running gateway's.
    state: NO_STATE,
    logger,
    onMeasured() {},
    onFullChanged() {},
  });
  try {
    const probed = await Promise.all(
      [...stores.routes.byName.values()].map((backend) => {
        const refusal = embedded.get(backend.name)?.refusal;
        return refusal === undefined ? probe(backend, stores) : refused(backend.name, refusal);
      }),
    );
    if (stderr.isTTY) stderr.write('\r\x1b[K');
    const certificates = checkCertificates(config, Date.now());
    if (json) {
      stdout.write(`${JSON.stringify({ backends: probed, certificates }, bigintAsText, 2)}\n`);
    } else {
      const table = certificateTable(certificates);
      stdout.write(table === '' ? report(probed) : `${report(probed)}\n${table}`);
    }
    return probed.every(isWell) && certificates.every(({ problem }) => problem === undefined) ? 0 : 1;
  } finally {
    stores.close();
    await Promise.all([...embedded.values()].map(({ store }) => store?.stop()));
  }
}

/** The default setup where it was used before: a check makes no key pair that nobody was shown. */
async function checkedSetup(env: NodeJS.ProcessEnv): Promise<Omit<LoadedConfig, 'tree'>> {
  const directory = defaultDataDirectory(env);
  if (!existsSync(directory)) {
    throw new UsageError(
      `no config file is named and there is no data directory ${directory}: use --config FILE or set SOSAPI_CONFIG (an example is config/gateway.example.yaml), or run serve first.`,
    );
  }
  const { config } = await readDefaultSetup({ env, randomBytes, log: { level: 'silent', access: false } });
  return { config, warnings: [] };
}

/** What the other parts are composed with where a store did not start; nobody is there. */
function accessTo({ store, refusal }: EmbeddedStart): EmbeddedAccess {
  if (store !== undefined) return store;
  return {
    endpoint: endpointAt(''),
    accessKeyId: 'none',
    secretAccessKey: new Secret('none'),
    ask: () => Promise.reject(refusal),
  };
}

function refused(name: string, { message }: Error): ProbedBackend {
  return { name, reachable: false, problem: message, clockSkewSeconds: undefined, buckets: [] };
}

function probe(backend: Backend, { routes, capacities }: Stores): Promise<ProbedBackend> {
  return probeBackend({
    backend,
    rules: routes.rules,
    capacityOf: capacities.of,
    wallClock: Date.now,
    onBucket(done, of) {
      if (stderr.isTTY) stderr.write(`\r\x1b[K${backend.name}: ${done} of ${of} buckets`);
    },
  });
}

function isWell({ reachable, problem, buckets, clockSkewSeconds }: ProbedBackend): boolean {
  return (
    reachable &&
    problem === undefined &&
    Math.abs(clockSkewSeconds ?? 0) < SKEW_WORTH_A_WORD_SECONDS &&
    buckets.every(({ capacity }) => typeof capacity !== 'string')
  );
}

function report(probed: readonly ProbedBackend[]): string {
  const backends = renderTable<ProbedBackend>(
    [
      { title: 'BACKEND', text: ({ name }) => name },
      { title: 'REACHABLE', text: ({ reachable }) => (reachable ? 'yes' : 'no') },
      {
        title: 'CLOCK',
        align: 'right',
        text: ({ clockSkewSeconds: skew }) => (skew === undefined ? '-' : `${skew > 0 ? '+' : ''}${skew} s`),
      },
      {
        title: 'BUCKETS',
        align: 'right',
        text: ({ buckets, problem }) => (problem === undefined ? String(buckets.length) : '-'),
      },
      { title: 'PROBLEM', text: ({ problem }) => problem ?? '-' },
    ],
    probed,
  );
  const rows = probed.flatMap((backend) =>
    backend.buckets.map((bucket) => ({ backend: backend.name, ...bucket })),
  );
  if (rows.length === 0) return backends;
  const room =
    (pick: 'capacityBytes' | 'availableBytes' | 'usedBytes') =>
    ({ capacity }: ProbedBucket) =>
      typeof capacity === 'string' ? 'unknown' : formatBytes(capacity[pick]);
  const buckets = renderTable<ProbedBucket & { readonly backend: string }>(
    [
      { title: 'BUCKET', text: ({ name }) => name },
      { title: 'BACKEND', text: ({ backend }) => backend },
      { title: 'VERSIONING', text: ({ versioning }) => versioning },
      { title: 'OBJECT LOCK', text: objectLockText },
      { title: 'CAPACITY', align: 'right', text: room('capacityBytes') },
      { title: 'AVAILABLE', align: 'right', text: room('availableBytes') },
      { title: 'USED', align: 'right', text: room('usedBytes') },
      {
        title: 'SOURCE',
        text: ({ capacity }) => (typeof capacity === 'string' ? capacity : capacity.source),
      },
    ],
    rows,
  );
  return `${backends}\n${buckets}`;
}

function objectLockText({ objectLock }: ProbedBucket): string {
  if (typeof objectLock === 'string') return objectLock;
  if (!objectLock.enabled) return 'none';
  return objectLock.defaultRetention ? 'enabled, default retention (Veeam refuses it)' : 'enabled';
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
