// Reads the config again and puts it to work, whole or not at all, one time after the other; tells what differs.
import type { ReloadOutcome, ReloadPorts } from '../admin/reload-ports.ts';
import { type Difference, differencesOf } from '../config/difference.ts';
import { type ConfigDescription, describeConfig, HIDDEN } from '../config/difference-description.ts';
import { restartNeeded } from '../config/difference-restart.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ReloadMetrics } from '../telemetry/reload-metrics.ts';
import type { ReloadSource } from './reload-source.ts';

/** Why the config is read again, as the log says it. */
export type ReloadCause = 'signal' | 'file change' | 'admin';

export interface ReloadsOptions {
  readonly source: ReloadSource;
  /** What the gateway was started with. */
  readonly first: LoadedConfig;
  /** Puts it to work, whole or not at all; rejects with why not. */
  apply(config: GatewayConfig): Promise<void>;
  readonly metrics: ReloadMetrics;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

export class Reloads {
  readonly #options: ReloadsOptions;
  readonly #logger: Logger;
  #current: ConfigDescription;
  /** One after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: ReloadsOptions) {
    this.#options = options;
    this.#logger = options.logger.child({ component: 'config' });
    this.#current = describeConfig(options.first.tree);
    options.metrics.started(options.wallClock());
  }

  /** Never rejects. */
  reload(cause: ReloadCause): Promise<ReloadOutcome> {
    const outcome = this.#last.then(() => this.#reload(cause));
    this.#last = outcome;
    return outcome;
  }

  get settings(): ReturnType<ReloadPorts['settings']> {
    return [...this.#current].map(([path, value]) => ({
      path,
      value: typeof value === 'string' ? value : HIDDEN,
    }));
  }

  /** Resolves when none is under way any more; from now on nothing is reloaded. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  async #reload(cause: ReloadCause): Promise<ReloadOutcome> {
    const outcome = await this.#tryReload();
    this.#options.metrics.reloaded(outcome.result, this.#options.wallClock());
    this.#log(cause, outcome);
    return outcome;
  }

  async #tryReload(): Promise<ReloadOutcome> {
    let changes: readonly Difference[] = [];
    try {
      if (this.#isClosed) throw new Error('the gateway is stopping');
      const loaded = this.#options.source.load();
      const next = describeConfig(loaded.tree);
      changes = differencesOf(this.#current, next);
      if (changes.length === 0) return { result: 'unchanged', changes, problems: [] };
      const fixed = restartNeeded(changes, { before: this.#current, after: next });
      if (fixed.length > 0) return { result: 'needs-restart', changes, problems: fixed.map(sentenceOf) };
      await this.#options.apply(loaded.config);
      this.#current = next;
      for (const { file, path, message } of loaded.warnings) this.#logger.warn({ file, path }, message);
      return { result: 'applied', changes, problems: [] };
    } catch (error) {
      if (error instanceof ConfigError) {
        const problems = error.problems.map((problem) => formatProblem(error.file, problem));
        return { result: 'invalid', changes, problems };
      }
      const reason = error instanceof Error ? error.message : String(error);
      return { result: 'failed', changes, problems: [reason] };
    }
  }

  #log(cause: ReloadCause, { result, changes, problems }: ReloadOutcome): void {
    switch (result) {
      case 'applied':
        this.#logger.info({ cause, changes }, 'the config has changed and is served from now on');
        return;
      case 'unchanged':
        // A file was touched, or a signal was followed by what the watch saw of the same change.
        this.#logger[cause === 'file change' ? 'debug' : 'info'](
          { cause },
          'the config says what it said before',
        );
        return;
      case 'invalid':
        for (const problem of problems) {
          this.#logger.error(
            { cause, problem },
            'the config cannot be used; the gateway goes on with the one it has',
          );
        }
        return;
      case 'needs-restart':
        this.#logger.error(
          { cause, problems, changes },
          'the config changes what only a restart can; nothing of it is served, and the gateway goes on with the one it has',
        );
        return;
      case 'failed':
        this.#logger.error(
          { cause, problems, changes },
          'the config could not be put to work; the gateway goes on with the one it has',
        );
        return;
    }
  }
}

function sentenceOf({ path, why }: { readonly path: string; readonly why: string }): string {
  return `${path} cannot change while the gateway runs (${why}): restart it, or take the change back.`;
}
