// Jobs from a source, so many at a time: the source gives the next one only when there is room for it.

export interface JobSetting<Job> {
  readonly jobs: AsyncGenerator<Job>;
  readonly width: number;
  readonly perform: (job: Job) => Promise<void>;
  /** No more jobs are begun when it says so; those under way end. */
  readonly isOver: () => boolean;
}

/**
 * True where all jobs were done. A job that the source gave when it was over is dropped.
 * Rejects with the first error of the source or of a job, when all others have ended.
 */
export async function runJobs<Job>({ jobs, width, perform, isOver }: JobSetting<Job>): Promise<boolean> {
  let failure: { readonly error: unknown } | undefined;
  let isOverNow = false;
  let isCut = false;
  const worker = async (): Promise<void> => {
    while (failure === undefined && !isOverNow) {
      if (isOver()) {
        isOverNow = true;
        isCut = (await jobs.next()).done !== true;
        return;
      }
      const next = await jobs.next();
      if (next.done === true) return;
      await perform(next.value);
    }
  };
  const guarded = async (): Promise<void> => {
    try {
      await worker();
    } catch (error) {
      failure ??= { error };
    }
  };
  await Promise.all(Array.from({ length: width }, guarded));
  await jobs.return(undefined);
  if (failure !== undefined) throw failure.error;
  return !isCut;
}

/** Numbers of jobs under way: below the lowest of them all are done. */
export class JobsUnderWay {
  readonly #open = new Set<number>();
  #next: number;

  constructor(first: number) {
    this.#next = first;
  }

  begin(index: number): void {
    this.#open.add(index);
    this.#next = Math.max(this.#next, index + 1);
  }

  end(index: number): void {
    this.#open.delete(index);
  }

  /** Where to go on. */
  get doneTo(): number {
    return this.#open.size === 0 ? this.#next : Math.min(...this.#open);
  }
}
