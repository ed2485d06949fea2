// A store that has SOSAPI of its own: what it says in the bucket's capacity.xml. Only as good as the store's own numbers,
// which often leave out what other buckets hold, so a source that asks the store itself is better where there is one.
import type { CapacityProvider } from '../provider.ts';
import { type HttpAnswer, refused } from './http-get.ts';
import { type SignedSource, signedGetter } from './signed-get.ts';
import { readCapacityDocument, type SosapiNumbers } from './sosapi-document.ts';

/** The key needs `s3:GetObject` on the document. */
export interface SosapiCapacityOptions extends SignedSource {
  /** How far behind the numbers may be: an hour unless given, as MinIO's are those of its scanner. */
  readonly lagMs?: number | undefined;
}

const SOURCE = 'sosapi';
const KEY = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml';
const LAG_MS = 3_600_000;

export function sosapiCapacity(options: SosapiCapacityOptions): CapacityProvider {
  const { now, lagMs = LAG_MS } = options;
  const get = signedGetter(options);

  return {
    source: SOURCE,
    async measure(bucket, signal) {
      const atMs = now();
      const what = `the capacity of bucket ${bucket}`;
      const answer = await get({ path: `/${bucket}/${KEY}`, query: {}, signal, what });
      const { capacity, available, used } = numbersOf(answer);
      const free = available < 0n ? 0n : available > capacity ? capacity : available;
      return {
        total: { bytes: capacity, source: SOURCE, atMs },
        free: { bytes: free, source: SOURCE, atMs },
        used: { bytes: used, source: SOURCE, atMs, lagMs, uploads: 'not-counted' },
      };
    },
  };
}

function numbersOf(answer: HttpAnswer): SosapiNumbers {
  if (answer.status === 404 && answer.code === 'NoSuchKey') {
    throw answer.unknown('answered 404 NoSuchKey: this store has no SOSAPI');
  }
  if (answer.status !== 200) throw refused(answer);
  const numbers = read(answer);
  const { capacity, available, used } = numbers;
  // SeaweedFS writes three zeros where it fails (weed/s3api/s3api_sosapi.go, read 2026-11).
  if (capacity === 0n) throw answer.unknown('Capacity is 0: the store does not know it yet');
  if (capacity < 0n) throw answer.unknown(`Capacity is ${capacity}: not an answer`);
  if (used < 0n) throw answer.unknown(`Used is ${used}: not an answer`);
  // Scality's cloudserver keeps -1 for a number that nobody set (lib/routes/veeam, read 2026-11). What else is below
  // zero is MinIO's Capacity less Used of a bucket over its quota.
  if (available === -1n) throw answer.unknown('Available is -1: the store does not know it');
  return numbers;
}

function read(answer: HttpAnswer): SosapiNumbers {
  try {
    return readCapacityDocument(answer.body);
  } catch (error) {
    throw answer.unknown(error instanceof Error ? error.message : String(error));
  }
}
