// What is wrong with a config, all of it at once, in words that name the place and never a secret.

/** Where a value stands: keys and list positions from the top. */
export type ConfigPath = readonly (string | number)[];

/** A problem before its line is known. */
export interface Finding {
  readonly path: ConfigPath;
  readonly message: string;
}

export interface ConfigProblem {
  /** Where it is not in the config itself: the file, absolute. */
  readonly file?: string;
  /** Such as `backends[0].endpoints[1]`; empty for the file as a whole. */
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

/** The config cannot be used; `problems` is everything that was found wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    super(formatProblems(file, problems));
    this.file = file;
    this.problems = problems;
  }
}

/** One line a problem, for a terminal. */
export function formatConfigError(error: ConfigError): string {
  return formatProblems(error.file, error.problems);
}

/** `FILE:LINE path: message`, one line each; for warnings too. */
export function formatProblems(file: string, problems: readonly ConfigProblem[]): string {
  return problems.map((problem) => formatProblem(file, problem)).join('\n');
}

export function formatProblem(config: string, problem: ConfigProblem): string {
  return `${formatPlace(config, problem)}: ${problem.message}`;
}

/** `FILE:LINE path`. */
export function formatPlace(config: string, { file = config, path, line }: ConfigProblem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return path === '' ? place : `${place} ${path}`;
}

export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? formatKey(step) : `${text}.${formatKey(step)}`;
  }, '');
}

/** A key as it may be shown: `{ secretAccessKey:hunter2 }`, without the space, is a key to YAML. */
export function formatKey(key: string): string {
  const shown = /^[\w-]{0,40}/.exec(key)?.[0] ?? '';
  return shown === key ? key : `${shown}…`;
}

export function isAtOrUnder(path: ConfigPath, root: ConfigPath): boolean {
  return root.every((step, index) => path[index] === step);
}
