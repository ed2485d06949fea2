// `serve`: runs until a signal; the first drains, the second cuts.
import { randomBytes } from 'node:crypto';
import { stderr, stdout } from 'node:process';
import type { LogConfig } from '../config/gateway-config.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { type RunningGateway, serve } from '../serve/serve.ts';
import { readVersion } from '../serve/version.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { DEFAULT_BUCKET, type DefaultSetup, readDefaultSetup } from './default-setup.ts';
import { renderStart } from './start-block.ts';

/** The config by name or, without one, the default setup. Resolves with the exit code when the gateway has stopped. */
export async function serveCommand(file: string | undefined, env: NodeJS.ProcessEnv): Promise<number> {
  if (file !== undefined) return run(loadConfig({ file, env }), async () => {});
  const setup = await readDefaultSetup({ env, randomBytes, log: logFor(stdout) });
  return run({ config: setup.config, warnings: [] }, async (gateway) => {
    await setup.keepKeyPair();
    stderr.write(startBlock(setup, gateway, env));
  });
}

async function run(
  { config, warnings }: LoadedConfig,
  onServing: (gateway: RunningGateway) => Promise<void>,
): Promise<number> {
  const logger = createLogger({ level: config.log.level });
  for (const { path, message } of warnings) logger.warn({ path }, message);
  // From here on: one that comes while it starts stops it in good order, too.
  const signalled = nextSignal();
  const gateway = await serve(config, logger);
  try {
    await onServing(gateway);
  } catch (error) {
    await gateway.stop();
    throw error;
  }
  const signal = await signalled;
  logger.info({ signal, drainMs: config.timeouts.drainMs }, 'draining');
  const cut = nextSignal().then(() => 1);
  const drained = gateway.stop().then(() => 0);
  const code = await Promise.race([drained, cut]);
  logger.info(code === 0 ? 'stopped' : 'stopped at once on a second signal');
  await flushed(logger);
  // The wait for a second signal would keep the process alive.
  process.exit(code);
}

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

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve) => logger.flush(() => resolve()));
}
