// A query that the rehearsal of Veeam ONE refuses, in words for the person who wrote it.

/** Answered as 400. `parameter` is the query parameter at fault: Filter, Sort, Select, Offset or Limit. */
export class OneQueryError extends Error {
  override readonly name = 'OneQueryError';
  readonly parameter: string;

  constructor(parameter: string, problem: string) {
    super(`${parameter}: ${problem}`);
    this.parameter = parameter;
  }
}
