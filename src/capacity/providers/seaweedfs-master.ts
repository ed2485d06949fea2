// What the master of a SeaweedFS cluster tells of its volumes. Read in weed/server/master_server_handlers_admin.go,
// weed/topology/topology_info.go and weed/storage/volume_info.go of 2026-08 (cc8364a), 2026-11.
import { integer, member, parseExactJson } from './exact-json.ts';
import { type HttpAnswer, refused } from './http-get.ts';

/** One replica of a volume on a server. */
export interface VolumeReplica {
  readonly id: bigint;
  readonly collection: string;
  /** With what was deleted and not yet vacuumed away. */
  readonly sizeBytes: bigint;
  readonly deletedBytes: bigint;
  readonly isReadOnly: boolean;
  /** How many replicas it is to have, this one with them. */
  readonly copies: bigint;
}

export interface VolumeMap {
  /** How many volumes the servers have room for, and for how many more: replicas and erasure-coded shards count. */
  readonly slots: bigint;
  readonly freeSlots: bigint;
  readonly replicas: readonly VolumeReplica[];
}

/** The answer of `/vol/status`. Throws CapacityUnknownError where it is anything else, or tells of no server. */
export function volumeMap(answer: HttpAnswer): VolumeMap {
  if (answer.status !== 200) throw refused(answer);
  const volumes = member(parseExactJson(answer.body), 'Volumes');
  const slots = integer(volumes, 'Max');
  const freeSlots = integer(volumes, 'Free');
  const centers = member(volumes, 'DataCenters');
  if (slots === undefined || freeSlots === undefined || typeof centers !== 'object' || centers === null) {
    throw answer.unknown('the answer is not a map of volumes');
  }
  // A master that follows and sees no leader answers for itself, and knows of no server.
  if (slots <= 0n) throw answer.unknown('Max is 0: the master knows of no volume server yet');
  const servers = Object.values(centers).flatMap(valuesOf).flatMap(valuesOf);
  const replicas = servers.flatMap((server) => (Array.isArray(server) ? server : [])).map(readReplica);
  return {
    slots,
    freeSlots: freeSlots > 0n ? freeSlots : 0n,
    replicas: replicas.map((replica) => {
      if (!replica) throw answer.unknown('a volume of the answer has no size');
      return replica;
    }),
  };
}

function valuesOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function readReplica(volume: unknown): VolumeReplica | undefined {
  const id = integer(volume, 'Id');
  const sizeBytes = integer(volume, 'Size');
  const collection = member(volume, 'Collection');
  if (id === undefined || sizeBytes === undefined || sizeBytes < 0n || typeof collection !== 'string')
    return undefined;
  // `{"node":1}` is one more in the same rack; what is 0 is left out.
  const placement = member(volume, 'ReplicaPlacement');
  const others = ['node', 'rack', 'dc'].reduce((sum, where) => sum + (integer(placement, where) ?? 0n), 0n);
  return {
    id,
    collection,
    sizeBytes,
    deletedBytes: integer(volume, 'DeletedByteCount') ?? 0n,
    isReadOnly: member(volume, 'ReadOnly') === true,
    copies: others + 1n,
  };
}

/**
 * How much a volume may hold. The master tells it over HTTP on its page for people alone
 * (`<th>Volume Size Limit</th><td>30000MB</td>`, weed/server/master_ui/), and its metrics do not have it.
 */
export function volumeSizeLimit(answer: HttpAnswer): bigint {
  if (answer.status !== 200) throw refused(answer);
  const [, megabytes] = /Volume Size Limit<\/th>\s*<td>(\d{1,10})MB<\/td>/.exec(answer.body) ?? [];
  const bytes = BigInt(megabytes ?? 0) * 1024n * 1024n;
  if (bytes === 0n) throw answer.unknown('the page does not tell it: name it in the configuration');
  return bytes;
}
