// The clients of the matrix, in the order of the table.
import { AWS_CLI, OLD_AWS_CLI } from './aws-cli.ts';
import { AWS_SDK_JS } from './aws-sdk-js.ts';
import { BOTO3, OLD_BOTO3 } from './boto3.ts';
import type { Client } from './client.ts';
import { CURL } from './curl.ts';
import { MC } from './mc.ts';
import { MINIO_JS } from './minio-js.ts';
import { OLD_RCLONE, RCLONE } from './rclone.ts';
import { RESTIC } from './restic.ts';
import { S3CMD } from './s3cmd.ts';
import { S3FS } from './s3fs.ts';

export const CLIENTS: readonly Client[] = [
  AWS_SDK_JS,
  BOTO3,
  OLD_BOTO3,
  AWS_CLI,
  OLD_AWS_CLI,
  RCLONE,
  OLD_RCLONE,
  MINIO_JS,
  MC,
  RESTIC,
  S3CMD,
  S3FS,
  CURL,
];
