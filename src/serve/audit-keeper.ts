// The audit log of the whole gateway, in its first process: opened, gone after, changed with the config, and closed.
import type { AuditConfig } from '../config/onlooker-config.ts';
import type { AuditEntry } from '../telemetry/audit-entry.ts';
import { AuditLog } from '../telemetry/audit-log.ts';
import type { AuditMetrics } from '../telemetry/audit-metrics.ts';
import { AuditFile, type AuditPlace, AuditStream } from '../telemetry/audit-place.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface AuditKeeperOptions {
  readonly metrics: AuditMetrics;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is wrong with the place itself, and would be at every try. */
const MISTAKES: ReadonlySet<string> = new Set([
  'EACCES',
  'EISDIR',
  'ENOENT',
  'ENOTDIR',
  'EPERM',
  'EROFS',
  'ELOOP',
]);

export class AuditKeeper {
  readonly #options: AuditKeeperOptions;
  #log: AuditLog | undefined;
  readonly #onHangup = (): void => this.#log?.reopen();

  constructor(options: AuditKeeperOptions) {
    this.#options = options;
  }

  /**
   * From now on entries go there; undefined: nowhere. Rejects with a sentence where nothing can be written there by mistake. A disk that
   * is full is no mistake: that is told, and tried again.
   */
  async open(config: AuditConfig | undefined): Promise<void> {
    if (config === undefined) return;
    this.#log = await this.#open(config.to);
    // logrotate sends it when it has renamed the file; that it was is found without it, too, at the next line.
    process.on('SIGHUP', this.#onHangup);
  }

  record(event: string, fields: AuditEntry['fields']): void {
    this.#log?.record({ atMs: this.#options.now(), event, fields });
  }

  /** Of this process or of another. */
  take(entry: AuditEntry): void {
    this.#log?.record(entry);
  }

  /** From a worker. `lost`: how many more it could not tell. */
  told(entries: readonly AuditEntry[], lost: number): void {
    this.#log?.lost(lost);
    for (const entry of entries) this.#log?.record(entry);
  }

  async close(): Promise<void> {
    process.off('SIGHUP', this.#onHangup);
    await this.#log?.close();
    this.#log = undefined;
  }

  async #open(to: AuditConfig['to']): Promise<AuditLog> {
    const { metrics, logger, now } = this.#options;
    const where = nameOf(to);
    const place: AuditPlace = to.kind === 'file' ? new AuditFile(to.path) : new AuditStream(to.name);
    const log = new AuditLog({
      place,
      metrics,
      now,
      onTrouble: (reason) =>
        logger.error(
          { audit: where, reason },
          'the audit log cannot be written; it is tried again each second',
        ),
      onMended: () => logger.info({ audit: where }, 'the audit log is written again'),
    });
    try {
      await log.open();
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      if (MISTAKES.has(code)) {
        throw new Error(
          `audit.file ${where} cannot be written (${code}): make its directory, or name another`,
          {
            cause: error,
          },
        );
      }
      logger.error(
        { audit: where, reason: message },
        'the audit log cannot be opened; it is tried again with each line',
      );
    }
    return log;
  }
}

function nameOf(to: AuditConfig['to']): string {
  return to.kind === 'file' ? to.path : to.name;
}
