// What three independent signers sign verifies, and no changed byte of it does unless it means the same.
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { hasPythonClient } from '../../support/python.ts';
import { type ByteChange, byteChange, changed } from '../byte-changes.ts';
import { type FuzzTarget, fuzzTarget, type Tally } from '../fuzz-target.ts';
import { AWS4_LIMITS, aws4Signer } from './aws4-signer.ts';
import { BOTOCORE_LIMITS, botocoreSigner } from './botocore-signer.ts';
import { respelt, type Spelling, spelling } from './respell.ts';
import { type Signer, type SignerLimits, type SigningJob, signingJob } from './signing-job.ts';
import { SMITHY_LIMITS, smithySigner } from './smithy-signer.ts';
import { meaningOf, verifiedWire, wireOf } from './verified-wire.ts';

interface SignerCase {
  readonly job: SigningJob;
  readonly spelling: Spelling;
  /** Taken in turn, one for each byte of the head. */
  readonly changes: readonly ByteChange[];
}

const SPECIAL = ' \t%+/?&=;,:~.-\r\n\0aA02\x7f\xa0\xc3';

function signerCase(limits: SignerLimits): fc.Arbitrary<SignerCase> {
  return fc.record({
    job: signingJob(limits),
    spelling,
    changes: fc.array(byteChange(SPECIAL), { minLength: 5, maxLength: 11 }),
  });
}

async function check(signer: Signer, value: SignerCase, tally: Tally): Promise<void> {
  const wire = wireOf(respelt(await signer.sign(value.job), value.spelling));
  const verified = verifiedWire(wire);
  if (verified instanceof Error)
    throw new Error(`refused: ${verified.message}\n${wire}`, { cause: verified });
  tally.add(value.job.presigned ? 'presigned' : 'header form');
  const meaning = meaningOf(verified);
  for (let at = 0; at < wire.length; at++) {
    const change = value.changes[at % value.changes.length];
    if (change === undefined) continue;
    const other = changed(wire, { ...change, at });
    const accepted = verifiedWire(other);
    if (accepted instanceof Error) {
      tally.add('changed and refused');
      continue;
    }
    tally.add('changed and the same');
    deepStrictEqual(meaningOf(accepted), meaning, `verified after a change at ${at}:\n${wire}\n${other}`);
  }
}

interface Named {
  readonly name: string;
  readonly limits: SignerLimits;
  readonly suiteRuns: number;
  open(): Signer;
  readonly available?: () => Promise<boolean>;
}

function signerTarget({ name, limits, suiteRuns, open, available }: Named): FuzzTarget {
  const third = Math.floor(suiteRuns / 3);
  return fuzzTarget<SignerCase>({
    name,
    arbitrary: signerCase(limits),
    suiteRuns,
    atLeast: { 'header form': third, presigned: third, 'changed and refused': 100 * suiteRuns },
    ...(available === undefined ? {} : { available }),
    open() {
      const signer = open();
      return {
        check: (value, tally) => check(signer, value, tally),
        close: () => signer.close?.(),
      };
    },
  });
}

export const botocoreTarget = signerTarget({
  name: 'signer-botocore',
  limits: BOTOCORE_LIMITS,
  suiteRuns: 60,
  open: botocoreSigner,
  available: () => hasPythonClient('boto3'),
});
export const smithyTarget = signerTarget({
  name: 'signer-smithy',
  limits: SMITHY_LIMITS,
  suiteRuns: 60,
  open: smithySigner,
});
export const aws4Target = signerTarget({
  name: 'signer-aws4',
  limits: AWS4_LIMITS,
  suiteRuns: 60,
  open: aws4Signer,
});
