// `serve`: runs until a signal; the first drains, the second cuts.
import { serve } from '../serve/serve.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { loadNamedConfig } from './config-file.ts';

/** Resolves with the exit code when the gateway has stopped. */
export async function serveCommand(file: string | undefined, env: NodeJS.ProcessEnv): Promise<number> {
  const { config, warnings } = loadNamedConfig(file, env);
  const logger = createLogger({ level: config.log.level });
  for (const { path, message } of warnings) logger.warn({ path }, message);
  const gateway = await serve(config, logger);
  const signal = await nextSignal();
  logger.info({ signal, drainMs: config.timeouts.drainMs }, 'draining');
  const cut = nextSignal().then(() => 1);
  const drained = gateway.stop().then(() => 0);
  const code = await Promise.race([drained, cut]);
  logger.info(code === 0 ? 'stopped' : 'stopped at once on a second signal');
  await flushed(logger);
  // The wait for a second signal would keep the process alive.
  process.exit(code);
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve) => logger.flush(() => resolve()));
}
