// The environment that the AWS SDKs and everything built on them read.
import type { ClientSetting } from '../../support/client-setting.ts';

/** Checksums of uploads only where a call demands them: as it was before January 2025. */
export const WHEN_REQUIRED: NodeJS.ProcessEnv = {
  AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
  AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
};

/** Who calls, and nothing of the user's own settings. Retries are off: what the gateway answers must be seen. */
export function awsCredentials({ credentials }: ClientSetting): NodeJS.ProcessEnv {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
}

/** With the authority that signed the gateway's certificate. */
export function awsEnvironment(setting: ClientSetting): NodeJS.ProcessEnv {
  const { tls, certificate } = setting;
  return {
    ...awsCredentials(setting),
    ...(tls && { AWS_CA_BUNDLE: certificate.certFile, SSL_CERT_FILE: certificate.certFile }),
  };
}
