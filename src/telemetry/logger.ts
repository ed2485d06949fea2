// The log: JSON lines by pino. Nothing is redacted here because secrets are a type that prints as redacted.
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { createLogStream } from './log-stream.ts';

export type Logger = PinoLogger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where the lines go; standard output by default. */
  readonly stream?: DestinationStream | undefined;
}

const STDOUT = 1;
/** Of a logger and all that came from it: pino gives each child a level of its own. */
const FAMILY = Symbol('family');

interface Family {
  readonly [FAMILY]?: Set<WeakRef<Logger>>;
}

/** From now on; also of its children that are in use. Loggers that `createLogger` did not make keep their level. */
export function setLogLevel(logger: Logger, level: LogLevel): void {
  logger.level = level;
  const family = (logger as Family)[FAMILY];
  for (const member of family ?? []) {
    const child = member.deref();
    if (child === undefined) family?.delete(member);
    else child.level = level;
  }
}

export function createLogger(options: LoggerOptions): Logger {
  const family = new Set<WeakRef<Logger>>();
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      onChild: (child) => family.add(new WeakRef(child as Logger)),
    },
    options.stream ?? createLogStream(STDOUT),
  );
  // Children see it through the logger that they came from.
  return Object.assign(logger, { [FAMILY]: family });
}
