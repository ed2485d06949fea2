// Prometheus text exposition format 0.0.4: the few lines of it that are wanted.
// https://prometheus.io/docs/instrumenting/exposition_formats/

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As it stands in the text: a float would not hold every byte count. */
  readonly value: string;
}

const LINE = /^([A-Za-z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The series of the families in `names`; comments and lines that do not parse are passed over. */
export function readSeries(text: string, names: ReadonlySet<string>): Series[] {
  const found: Series[] = [];
  for (const line of text.split('\n')) {
    // A big cluster answers with hundreds of thousands of lines: the name decides before the costly match.
    if (!names.has(line.slice(0, line.search(/[{\s]/)))) continue;
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name !== undefined && value !== undefined) found.push({ name, labels: readLabels(labels), value });
  }
  return found;
}

function readLabels(text: string): Record<string, string> {
  const pairs = [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, unescapeLabel(value)]);
  return Object.fromEntries(pairs);
}

function unescapeLabel(value: string): string {
  return value.replace(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char));
}

/**
 * A byte count in any notation of the format (`8152025600.0`, `8.1520256e+09`), exactly as written and rounded down to
 * whole bytes; `undefined` for NaN, infinities and negative numbers.
 */
export function exactBytes(value: string): bigint | undefined {
  const [, whole, fraction = '', exponent = '0'] =
    /^\+?(\d{1,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(value) ?? [];
  if (whole === undefined) return undefined;
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length;
  return shift < 0 ? digits / 10n ** BigInt(-shift) : digits * 10n ** BigInt(shift);
}
