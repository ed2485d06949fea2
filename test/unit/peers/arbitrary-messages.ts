// Messages between gateways as they may be, for properties.
import fc from 'fast-check';
import type { UsageChange } from '../../../src/capacity/ledger/usage-change.ts';
import type { PeerChange } from '../../../src/peers/peer-change.ts';
import type { FromHearer, FromTeller, RunName } from '../../../src/peers/peer-message.ts';

const letters = [...'0123456789abcdefghijklmnopqrstuvwxyz'];
export const runNames: fc.Arbitrary<RunName> = fc
  .array(fc.constantFrom(...letters), { minLength: 24, maxLength: 24 })
  .map((chosen) => chosen.join(''));

const bucket = fc.string({ maxLength: 255 });
const key = fc.string({ unit: 'binary', maxLength: 500 });
const id = fc.string({ unit: 'binary', maxLength: 50 });
const bytes = fc.maxSafeNat();
const partNumber = fc.integer({ min: 0, max: 10_000 });
const version = { versionId: id };
const source = fc.record({ bucket, key, ...version }, { requiredKeys: ['bucket', 'key'] });

const usageChanges: fc.Arbitrary<UsageChange> = fc.oneof(
  fc.record(
    { kind: fc.constant('put' as const), bucket, key, bytes, ...version },
    { requiredKeys: ['kind', 'bucket', 'key', 'bytes'] },
  ),
  fc.record(
    { kind: fc.constant('copy' as const), bucket, key, from: source, ...version },
    { requiredKeys: ['kind', 'bucket', 'key', 'from'] },
  ),
  fc.record(
    { kind: fc.constant('part' as const), bucket, key, uploadId: id, partNumber, bytes, from: source },
    { requiredKeys: ['kind', 'bucket', 'key', 'uploadId', 'partNumber'] },
  ),
  fc.record(
    {
      kind: fc.constant('complete' as const),
      bucket,
      key,
      uploadId: id,
      parts: fc.array(partNumber),
      ...version,
    },
    { requiredKeys: ['kind', 'bucket', 'key', 'uploadId'] },
  ),
  fc.record({ kind: fc.constant('abort' as const), bucket, key, uploadId: id }),
  fc.record(
    { kind: fc.constant('delete' as const), bucket, key, ...version },
    { requiredKeys: ['kind', 'bucket', 'key'] },
  ),
  fc.record({ kind: fc.constant('bucket-deleted' as const), bucket }),
);

const moments = fc.integer({ min: 0, max: 2e13 });

export const peerChanges: fc.Arbitrary<PeerChange> = fc.record({
  backend: fc.string({ maxLength: 63 }),
  atMs: moments,
  change: usageChanges,
});

const heardLists = fc.array(fc.tuple(runNames, fc.nat()), { maxLength: 64 });

export const fromHearer: fc.Arbitrary<FromHearer> = fc.oneof(
  fc.record({ kind: fc.constant('hello' as const), run: runNames, heard: heardLists, own: heardLists }),
  fc.record({ kind: fc.constant('ask' as const), id: fc.nat() }),
);

export const fromTeller: fc.Arbitrary<FromTeller> = fc.oneof(
  fc.record({ kind: fc.constant('hello' as const), run: runNames }),
  fc.record({
    kind: fc.constant('changes' as const),
    run: runNames,
    first: fc.integer({ min: 1, max: 2 ** 40 }),
    changes: fc.array(fc.option(peerChanges), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant('told' as const), id: fc.nat(), askedAtMs: moments, atMs: moments }),
);
