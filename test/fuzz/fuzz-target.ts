// What can be fuzzed: a generator and a property, run in one way by the test suite and by the long campaign.
import fc from 'fast-check';

/** Counts what became of the cases, so that a property that never gets to its point is noticed. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string, count = 1): void {
    this.#counts.set(what, this.get(what) + count);
  }

  get(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  toString(): string {
    return [...this.#counts].map(([what, count]) => `${what} ${count}`).join(', ');
  }
}

/** A property that is ready to run: its helpers (another parser, another process) are up. */
export interface Checker<Case> {
  /** Throws where the property does not hold. */
  check(value: Case, tally: Tally): void | Promise<void>;
  close?(): void | Promise<void>;
}

export interface TargetDefinition<Case> {
  readonly name: string;
  readonly arbitrary: fc.Arbitrary<Case>;
  /** How many cases the test suite runs. */
  readonly suiteRuns: number;
  /** What the suite's cases must count at least. */
  readonly atLeast: Readonly<Record<string, number>>;
  /** What was found once, by what it is. */
  readonly past?: Readonly<Record<string, Case>>;
  /** False where this machine lacks what the property needs. */
  readonly available?: () => boolean | Promise<boolean>;
  open(): Checker<Case> | Promise<Checker<Case>>;
}

export interface RoundOptions {
  readonly seed: number;
  readonly runs: number;
  /** Where in the seed's cases to begin, as a finding names it. */
  readonly path?: string;
  readonly limitMs?: number;
  /** Called as each case begins. */
  readonly onCase?: () => void;
}

/** How to see it again, and what was seen. */
export interface Finding {
  readonly seed: number;
  readonly path: string;
  readonly counterexample: string;
  readonly error: string;
}

export interface Round {
  readonly runs: number;
  readonly finding: Finding | undefined;
  /** CPU time of the case that took most, in milliseconds. */
  readonly slowestMs: number;
}

export interface OpenTarget extends AsyncDisposable {
  readonly tally: Tally;
  /** Throws where what was found once is there again. */
  checkPast(name: string): Promise<void>;
  run(options: RoundOptions): Promise<Round>;
}

export interface FuzzTarget {
  readonly name: string;
  readonly suiteRuns: number;
  readonly atLeast: Readonly<Record<string, number>>;
  /** The names of what was found once. */
  readonly past: readonly string[];
  available(): Promise<boolean>;
  open(): Promise<OpenTarget>;
}

export function fuzzTarget<Case>(definition: TargetDefinition<Case>): FuzzTarget {
  const { name, suiteRuns, atLeast, arbitrary, past = {} } = definition;
  return {
    name,
    suiteRuns,
    atLeast,
    past: Object.keys(past),
    available: async () => (await definition.available?.()) ?? true,
    async open() {
      const checker = await definition.open();
      const tally = new Tally();
      return {
        tally,
        async checkPast(found) {
          const value = past[found];
          if (value === undefined) throw new RangeError(`nothing was found by the name of ${found}`);
          await checker.check(value, tally);
        },
        run: (options) => runRound(arbitrary, checker, tally, options),
        async [Symbol.asyncDispose]() {
          await checker.close?.();
        },
      };
    },
  };
}

async function runRound<Case>(
  arbitrary: fc.Arbitrary<Case>,
  checker: Checker<Case>,
  tally: Tally,
  { seed, runs, path, limitMs, onCase }: RoundOptions,
): Promise<Round> {
  let slowestMs = 0;
  const property = fc.asyncProperty(arbitrary, async (value) => {
    onCase?.();
    const before = process.cpuUsage();
    await checker.check(value, tally);
    const { user, system } = process.cpuUsage(before);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
  });
  const details = await fc.check(property, {
    seed,
    numRuns: runs,
    ...(path === undefined ? {} : { path }),
    ...(limitMs === undefined ? {} : { interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false }),
  });
  // Interrupted before its first case has ended, a round counts as failed too, but has nothing to show.
  const hasFound = details.failed && details.counterexample !== null;
  return { runs: details.numRuns, slowestMs, finding: hasFound ? findingOf(details) : undefined };
}

function findingOf<Case>(details: fc.RunDetails<[Case]>): Finding {
  const { seed, counterexamplePath, counterexample, errorInstance } = details;
  return {
    seed,
    path: counterexamplePath ?? '',
    counterexample: fc.stringify(counterexample),
    error: errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
  };
}
