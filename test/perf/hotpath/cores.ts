// Which processor cores the proxy, the client and the sink get.

export interface CorePlan {
  readonly proxy: string;
  readonly client: string;
  readonly sink: string;
}

/** A list of cores as in `Cpus_allowed_list` of /proc/self/status: `0-2,5`. */
export function parseCores(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** The last ones for the proxy, the first for client and sink, which share one only where there are too few. */
export function planCores(cores: readonly number[], forProxy: number): CorePlan {
  const others = cores.slice(0, Math.max(1, cores.length - forProxy));
  const [client = 0, sink = client] = others;
  return { proxy: cores.slice(-forProxy).join(','), client: String(client), sink: String(sink) };
}

/** For a reader; `isPinned` is false where nothing could be given cores of its own. */
export function describeCores({ proxy, client, sink }: CorePlan, isPinned: boolean): string {
  if (!isPinned) return 'all parts on all cores (no taskset)';
  const several = (cores: string): string => `core${cores.includes(',') ? 's' : ''} ${cores}`;
  const rest =
    client === sink ? `client and sink on core ${client}` : `client on core ${client}, sink on core ${sink}`;
  return `proxy on ${several(proxy)}, ${rest}`;
}
