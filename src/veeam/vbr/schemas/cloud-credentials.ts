// A cloud credentials record. Source: CloudCredentialsModel and AmazonCloudCredentialsModel.
import Type, { type Static } from 'typebox';

export const cloudCredentials = Type.Object({
  id: Type.String(),
  /** `Amazon` for every S3-compatible service. */
  type: Type.String(),
  description: Type.Optional(Type.String()),
  /** From 1.3-rev0. */
  lastModified: Type.Optional(Type.String()),
  uniqueId: Type.Optional(Type.String()),
  /** There in records of type `Amazon` and `Google`. The secret key is never in an answer. */
  accessKey: Type.Optional(Type.String()),
});
export type CloudCredentials = Static<typeof cloudCredentials>;
