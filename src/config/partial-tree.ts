// The config between reading and building: where the schema found a problem there is a hole.
import type { Secret } from '../secret.ts';
import type { ConfigPath } from './problem.ts';
import type { GatewayTree } from './schema.ts';

type Partly<T> = T extends Secret | string | number | bigint | boolean | undefined
  ? T | undefined
  : T extends readonly (infer Item)[]
    ? readonly Partly<Item>[] | undefined
    : { readonly [Key in keyof T]?: Partly<T[Key]> } | undefined;

export type PartialTree = NonNullable<Partly<GatewayTree>>;
export type PartialBackend = NonNullable<PartialTree['backends']>[number];
export type PartialEmbedded = Extract<PartialBackend, { readonly kind?: 'embedded' | undefined }>;
export type PartialRemote = Exclude<PartialBackend, PartialEmbedded>;

export interface Notes {
  /** Whether there is a problem there already, or below it. */
  readonly isKnown: (path: ConfigPath) => boolean;
  readonly problem: (path: ConfigPath, message: string) => void;
  readonly warning: (path: ConfigPath, message: string) => void;
}

interface Named {
  readonly path: ConfigPath;
  readonly name: string | undefined;
}

/** Reports each name that stood further up already. */
export function eachRepeated(all: readonly Named[], report: (repeated: Named) => void): void {
  const seen = new Set<string>();
  for (const named of all) {
    if (named.name === undefined) continue;
    if (seen.has(named.name)) report(named);
    seen.add(named.name);
  }
}
