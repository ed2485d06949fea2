// The keys of a credential: who may use the gateway, and for what.
import Type from 'typebox';
import { accessKeyId, bucketPattern } from './leaves.ts';
import { secret } from './secret-leaf.ts';
import { unsignedHeader } from './unsigned-header-leaf.ts';

export const credential = Type.Object(
  {
    accessKeyId: accessKeyId('The access key id that the client signs with.'),
    secretAccessKey: secret('Its secret key.', 8),
    buckets: Type.Array(bucketPattern(), {
      minItems: 1,
      default: ['*'],
      description: 'Names or patterns of the buckets it may use.',
    }),
    access: Type.Enum(['read-only', 'read-write'], { description: 'What it may do there.' }),
    bypassGovernance: Type.Boolean({
      default: false,
      description: 'Whether it may send `x-amz-bypass-governance-retention`.',
    }),
    explain: Type.Boolean({
      default: false,
      description: 'Whether the log explains its signatures that do not match; at most 20 a minute.',
    }),
    unsignedHeaders: Type.Array(unsignedHeader(), {
      default: [],
      description: 'Names of `x-amz-*` headers that it may send unsigned, such as `x-amz-acl`.',
    }),
  },
  { additionalProperties: false },
);

/** What a file of credentials holds. */
export const credentialList = Type.Array(credential, {
  minItems: 1,
  description: 'Who may use the gateway.',
});
