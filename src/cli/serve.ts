// `serve`: runs until a signal; the first drains, the second cuts.
import { randomBytes } from 'node:crypto';
import { stderr, stdout } from 'node:process';
import type { LogConfig } from '../config/gateway-config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { createReloadSource } from '../serve/reload-source.ts';
import { type Reloading, type RunningGateway, serve } from '../serve/serve.ts';
import { readVersion } from '../serve/version.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { DEFAULT_BUCKET, type DefaultSetup, readDefaultSetup } from './default-setup.ts';
import { watchHangUp } from './hang-up.ts';
import { renderStart } from './start-block.ts';

/** The config by name or, without one, the default setup. Resolves with the exit code when the gateway has stopped. */
export async function serveCommand(file: string | undefined, env: NodeJS.ProcessEnv): Promise<number> {
  if (file !== undefined) {
    const source = createReloadSource(file, env);
    const first = source.load();
    return run(first, async () => {}, { first, source });
  }
  const setup = await readDefaultSetup({ env, randomBytes, log: logFor(stdout) });
  return run({ config: setup.config, warnings: [] }, async (gateway) => {
    await setup.keepKeyPair();
    stderr.write(startBlock(setup, gateway, env));
  });
}

async function run(
  { config, warnings }: Pick<LoadedConfig, 'config' | 'warnings'>,
  onServing: (gateway: RunningGateway) => Promise<void>,
  reloading?: Reloading,
): Promise<number> {
  const logger = createLogger({ level: config.log.level });
  for (const { file, path, message } of warnings) logger.warn({ file, path }, message);
  // From here on: one that comes while it starts stops it in good order, too.
  const hangUp = watchHangUp();
  const signalled = nextSignal(hangUp.stop);
  const gateway = await serve(config, logger, reloading);
  hangUp.onReload(() => void gateway.reload('signal'));
  try {
    await onServing(gateway);
  } catch (error) {
    await gateway.stop();
    throw error;
  }
  const signal = await signalled;
  logger.info({ signal, drainMs: config.timeouts.drainMs }, 'draining');
  const cut = nextSignal(NEVER).then(() => 1);
  const drained = gateway.stop().then(() => 0);
  const code = await Promise.race([drained, cut]);
  logger.info(code === 0 ? 'stopped' : 'stopped at once on a second signal');
  await flushed(logger);
  // The wait for a second signal would keep the process alive.
  process.exit(code);
}

const NEVER = new Promise<never>(() => {});

/** On a terminal only what is wrong: a line for each request would bury what was printed at the start. */
function logFor({ isTTY }: NodeJS.WriteStream): LogConfig {
  return isTTY ? { level: 'warn', access: false } : { level: 'info', access: true };
}

function startBlock(setup: DefaultSetup, { s3, admin }: RunningGateway, env: NodeJS.ProcessEnv): string {
  const { config, dataDirectory, keyPair, origin } = setup;
  const url = (listener = admin): string => `http://${listener.host}:${listener.port}`;
  const isShown = origin.kind === 'file' && origin.isNew && stderr.isTTY;
  return renderStart(
    {
      version: readVersion(),
      endpoint: url(s3[0]),
      admin: url(),
      region: config.region,
      bucket: DEFAULT_BUCKET,
      dataDirectory,
      accessKeyId: keyPair.accessKeyId,
      credentialsFile: origin.kind === 'file' ? origin.path : undefined,
      secret: isShown ? keyPair.secretAccessKey.reveal() : undefined,
    },
    // https://no-color.org: any value but an empty one turns colours off.
    stderr.isTTY && (env['NO_COLOR'] ?? '') === '',
  );
}

/** `also`: what else ends it. */
function nextSignal(also: Promise<NodeJS.Signals>): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    void also.then(resolve);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve) => logger.flush(() => resolve()));
}
