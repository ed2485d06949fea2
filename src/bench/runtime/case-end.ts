// How a case ends other than well: what `fail`, `warn` and `skip` throw.

export type EndKind = 'failed' | 'warned' | 'skipped';

export class CaseEnd extends Error {
  override readonly name = 'CaseEnd';
  readonly kind: EndKind;

  constructor(kind: EndKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Throws what fails the case. */
export function failCase(message: string): never {
  throw new CaseEnd('failed', message);
}
