// Credential and scope: `<access key id>/<yyyymmdd>/<region>/s3/aws4_request` (AWS, "Elements of an AWS API request signature").
import type { AmzDate } from './amz-date.ts';
import type { Malformed } from './malformed.ts';

export interface Credential {
  readonly accessKeyId: string;
  /** `yyyymmdd`. */
  readonly date: string;
  readonly region: string;
}

const SERVICE = 's3';
const TERMINATOR = 'aws4_request';

export function credentialScope(date: string, region: string): string {
  return `${date}/${region}/${SERVICE}/${TERMINATOR}`;
}

export function parseCredential(text: string, malformed: Malformed): Credential {
  const parts = text.split('/');
  const [accessKeyId = '', date = '', region = '', service, terminator] = parts;
  if (!/^[\x21-\x7e]+$/.test(text) || parts.length !== 5 || accessKeyId === '') {
    throw malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (!/^\d{8}$/.test(date)) throw malformed('incorrect date format in the Credential; expecting yyyyMMdd.');
  // SeaweedFS CVE-2026-55873: a scope for another service reached another API, so the service is pinned.
  if (service !== SERVICE) throw malformed(`incorrect service in the Credential; expecting "${SERVICE}".`);
  if (terminator !== TERMINATOR) throw malformed(`incorrect terminal; expecting "${TERMINATOR}".`);
  return { accessKeyId, date, region };
}

/** The scope must be of the day of the signature and of one of our regions. The first region is the one to name. */
export function checkScope(
  credential: Credential,
  date: AmzDate,
  regions: ReadonlySet<string>,
  malformed: Malformed,
): void {
  if (credential.date !== date.text.slice(0, 8)) {
    throw malformed(`invalid credential date "${credential.date}"; it is not the day of the request's time.`);
  }
  if (regions.has(credential.region)) return;
  const [expected = ''] = regions;
  throw malformed(`the region '${credential.region}' is wrong; expecting '${expected}'`, {
    Region: expected,
  });
}
