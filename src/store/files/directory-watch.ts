// Notices that the data directory was removed, moved away or replaced under a store that runs: what it writes from then on
// would go to files that nobody finds again.
import { stat } from 'node:fs/promises';
import { errorCode } from './disk-error.ts';

const EVERY_MS = 2_000;
/** It is not there any more, by its path. */
const GONE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ESTALE']);

/** Which file a path leads to. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

export interface DirectoryWatchOptions {
  /** Files and directories that keep their identity as long as the store runs. */
  readonly paths: readonly string[];
  /** Called once, with a sentence. */
  readonly onGone: (error: Error) => void;
  /** 2 s unless given. */
  readonly everyMs?: number;
  readonly identify?: (path: string) => Promise<FileIdentity>;
}

export class DirectoryWatch {
  readonly #options: DirectoryWatchOptions;
  readonly #identify: (path: string) => Promise<FileIdentity>;
  readonly #known: ReadonlyMap<string, FileIdentity>;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | undefined;
  #over = false;

  private constructor(options: DirectoryWatchOptions, known: ReadonlyMap<string, FileIdentity>) {
    this.#options = options;
    this.#identify = options.identify ?? identityOf;
    this.#known = known;
    this.#timer = setInterval(() => {
      this.#round ??= this.#look().finally(() => {
        this.#round = undefined;
      });
    }, options.everyMs ?? EVERY_MS).unref();
  }

  /** Takes what is there now for what belongs there. */
  static async start(options: DirectoryWatchOptions): Promise<DirectoryWatch> {
    const identify = options.identify ?? identityOf;
    const known = await Promise.all(
      options.paths.map(async (path): Promise<[string, FileIdentity]> => [path, await identify(path)]),
    );
    return new DirectoryWatch(options, new Map(known));
  }

  /** Behind it nothing is told any more. */
  async close(): Promise<void> {
    this.#over = true;
    clearInterval(this.#timer);
    await this.#round;
  }

  async #look(): Promise<void> {
    for (const [path, { dev, ino }] of this.#known) {
      const now = await this.#now(path);
      if (this.#over) return;
      if (now === 'unknown') continue;
      if (now === 'gone') return this.#tell(`${path} is gone`);
      if (now.dev !== dev || now.ino !== ino) return this.#tell(`${path} is another one than at the start`);
    }
  }

  /** Of other errors than that it is gone, those who read and write will tell. */
  async #now(path: string): Promise<FileIdentity | 'gone' | 'unknown'> {
    try {
      return await this.#identify(path);
    } catch (error) {
      return GONE.has(errorCode(error) ?? '') ? 'gone' : 'unknown';
    }
  }

  #tell(what: string): void {
    this.#over = true;
    clearInterval(this.#timer);
    this.#options.onGone(
      new Error(`The data directory was removed, moved or replaced while the store ran: ${what}.`),
    );
  }
}

async function identityOf(path: string): Promise<FileIdentity> {
  const { dev, ino } = await stat(path, { bigint: true });
  return { dev, ino };
}
