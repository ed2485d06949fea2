// The two SOSAPI documents as a client reads them.
import type { StorageCapacity } from '../state/repository-record.ts';
import { textAt, xmlRoot } from './xml-document.ts';

const PREFIX = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c';
export const SYSTEM_KEY = `${PREFIX}/system.xml`;
export const CAPACITY_KEY = `${PREFIX}/capacity.xml`;

export type SystemReading =
  | { readonly kind: 'sosapi'; readonly modelName: string; readonly hasCapacity: boolean }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Veeam takes the document only where the version has its quotes: minio/minio#17195. */
export function readSystem(text: string): SystemReading {
  const root = xmlRoot(text, 'SystemInfo');
  if (root === undefined) return { kind: 'unusable', reason: 'it is no XML document SystemInfo' };
  const version = textAt(root, 'ProtocolVersion');
  if (version !== '"1.0"') {
    return {
      kind: 'unusable',
      reason: `its ProtocolVersion is ${version ?? 'missing'} and not "1.0" with the quotes`,
    };
  }
  return {
    kind: 'sosapi',
    modelName: (textAt(root, 'ModelName') ?? '').replace(/^"|"$/g, ''),
    hasCapacity: textAt(root, 'ProtocolCapabilities', 'CapacityInfo')?.toLowerCase() === 'true',
  };
}

export type CapacityReading =
  | { readonly kind: 'capacity'; readonly capacity: StorageCapacity; readonly doubt: string | undefined }
  | { readonly kind: 'unusable'; readonly reason: string };

/** `doubt` says what a store should not say, as that it has no room at all. */
export function readCapacity(text: string): CapacityReading {
  const root = xmlRoot(text, 'CapacityInfo');
  if (root === undefined) return { kind: 'unusable', reason: 'it is no XML document CapacityInfo' };
  const [capacityBytes, availableBytes, usedBytes] = ['Capacity', 'Available', 'Used'].map((name) =>
    bytesOf(textAt(root, name)),
  );
  if (capacityBytes === undefined || availableBytes === undefined || usedBytes === undefined) {
    return { kind: 'unusable', reason: 'Capacity, Available and Used are not three whole numbers' };
  }
  const capacity = { capacityBytes, availableBytes, usedBytes };
  return { kind: 'capacity', capacity, doubt: doubtOf(capacity) };
}

function bytesOf(text: string | undefined): bigint | undefined {
  return text !== undefined && /^-?\d{1,30}$/.test(text) ? BigInt(text) : undefined;
}

function doubtOf({ capacityBytes, availableBytes, usedBytes }: StorageCapacity): string | undefined {
  if (capacityBytes <= 0n) return 'it says that the storage has no capacity, which Veeam reads as a full one';
  if (availableBytes < 0n || usedBytes < 0n) return 'it says a negative number';
  if (availableBytes > capacityBytes) return 'it says that more is available than there is';
  return undefined;
}
