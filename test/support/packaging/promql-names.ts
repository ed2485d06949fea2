// The metrics and labels that a PromQL expression names: enough of the grammar for the files in docker/monitoring.

export interface PromqlNames {
  readonly metrics: readonly string[];
  /** Labels in selectors, by metric. */
  readonly selected: Readonly<Record<string, readonly string[]>>;
  /** Labels in `by`, `on` and the like. */
  readonly grouped: readonly string[];
}

/** What Prometheus itself puts on every sample, and `le` of a histogram. */
export const GIVEN_LABELS: readonly string[] = ['job', 'instance', 'le'];

const METRIC = /\b((?:sosapi_gateway|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g;
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right) ?\(([^)]*)\)/g;

export function promqlNames(expression: string): PromqlNames {
  const metrics: string[] = [];
  const selected: Record<string, readonly string[]> = {};
  for (const [, name = '', selector = ''] of expression.matchAll(METRIC)) {
    metrics.push(name);
    const labels = [...selector.matchAll(/(\w+) ?(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    selected[name] = [...(selected[name] ?? []), ...labels];
  }
  const grouped = [...expression.matchAll(GROUPING)]
    .flatMap(([, list = '']) => list.split(','))
    .map((label) => label.trim())
    .filter((label) => label !== '');
  return { metrics, selected, grouped };
}

/** The metric that a sample belongs to: of a histogram's parts the histogram. */
export function familyOf(name: string): string {
  return name.replace(/_(?:bucket|sum|count)$/, '');
}

/** Labels of each family on a page of metrics; a family without samples has none. */
export function pageLabels(page: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name = ''] of page.matchAll(/^# TYPE (\w+) /gm)) found.set(name, new Set());
  for (const [, name = '', labels = ''] of page.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const family = found.get(name) ?? found.get(familyOf(name));
    for (const [, label = ''] of labels.matchAll(/(?:^|,)(\w+)="/g)) family?.add(label);
  }
  return found;
}
