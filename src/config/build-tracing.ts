// Traces: from the tree in the shape of the file to that of the program.
import type { TracingConfig } from './onlooker-config.ts';
import type { GatewayTree } from './schema.ts';

type TracingTree = NonNullable<GatewayTree['tracing']>;

export function buildTracing({ endpoint, ca, keys, ...rest }: TracingTree): TracingConfig {
  const { pathname, origin } = new URL(endpoint);
  return {
    ...rest,
    url: pathname === '/' ? `${origin}/v1/traces` : endpoint,
    withKeys: keys,
    ...(ca === undefined ? {} : { ca }),
  };
}
