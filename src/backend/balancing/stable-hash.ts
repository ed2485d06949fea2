// A hash that is the same in every process and every release: where an entity is kept depends on it.

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** 32 bits of a text, FNV-1a over its UTF-16 units; `seed` continues an earlier hash. */
export function hashOf(text: string, seed: number = FNV_OFFSET): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hash >>> 0;
}

/** How well an endpoint suits an entity, out of both hashes: MurmurHash3's finalizer, which FNV-1a alone is too weak for. */
export function scoreOf(entity: number, endpoint: number): number {
  let mixed = entity ^ Math.imul(endpoint, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
