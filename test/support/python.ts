// The Python clients: run where Python has them, or where REQUIRE_CLIENTS insists.
import { run } from './owned-process.ts';
import type { RawCredentials } from './raw-sigv4.ts';

const PROBES = {
  boto3: ['python3', '-c', 'import boto3'],
  aws: ['aws', '--version'],
} as const;

export type PythonClient = keyof typeof PROBES;

/** Whether the client is there. Throws where it is required and is not. */
export async function hasPythonClient(name: PythonClient): Promise<boolean> {
  const [command, ...args] = PROBES[name];
  const found = await run(command, args).then(
    () => true,
    () => false,
  );
  const required = (process.env['REQUIRE_CLIENTS'] ?? '').split(',');
  if (!found && required.includes(name)) throw new Error(`REQUIRE_CLIENTS: ${name} is missing`);
  return found;
}

/** Both clients read these. Checksums only where needed: aws-chunked bodies are refused so far. */
export function pythonEnvironment({ accessKeyId, secretAccessKey }: RawCredentials): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
}
