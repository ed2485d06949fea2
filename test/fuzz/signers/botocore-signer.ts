// botocore, the signer of boto3 and the AWS CLI, in a Python process.
import { PythonWorker } from '../python-worker.ts';
import {
  ACCESS_KEY,
  AMZ_DATE,
  REGION,
  SECRET_TEXT,
  type Signer,
  type SignerLimits,
  type WireRequest,
} from './signing-job.ts';

/** Header values are ASCII: botocore refuses others itself (botocore/handlers.py, validate_ascii_metadata). */
export const BOTOCORE_LIMITS: SignerLimits = {
  repeatedParameters: true,
  repeatedHeaders: true,
  headerCharacters: 'abcXYZ019  \t"\',;:=&+%/~\\',
};

export function botocoreSigner(): Signer {
  const worker = new PythonWorker(new URL('botocore-signer.py', import.meta.url));
  return {
    async sign(job) {
      const signing = { accessKey: ACCESS_KEY, secret: SECRET_TEXT, region: REGION, amzDate: AMZ_DATE };
      const answer = (await worker.ask({ ...job, ...signing })) as WireRequest | { readonly error: string };
      if ('error' in answer) throw new Error(`botocore: ${answer.error}`);
      return answer;
    },
    close: () => worker.close(),
  };
}
