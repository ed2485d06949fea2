// Header and presigned form have the same parts in the same syntax, and each its own error code for bad syntax.
import type { S3Error } from '../s3/error.ts';

/** Makes the error of the form in use. */
export type Malformed = (text: string, details?: Readonly<Record<string, string>>) => S3Error;
