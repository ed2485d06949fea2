// Object lock of a bucket (Amazon S3 API Reference, GetObjectLockConfiguration and PutObjectLockConfiguration).
import { S3Error } from '../../s3/error.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import type { DefaultRetention } from '../database/rows.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { readDocument, SMALL_DOCUMENT_BYTES } from '../server/read-document.ts';
import { childrenOf, malformed, parseConfiguration, textOf } from './configuration-xml.ts';
import { documentAnswer } from './document-answer.ts';
import { requireBucket } from './require-bucket.ts';
import { checkWriteHeaders } from './write-headers.ts';

const ROOT = 'ObjectLockConfiguration';
const MAX_DAYS = 36_500;
const MAX_YEARS = 100;

/** Throws ObjectLockConfigurationNotFoundError where it is off. Without a default retention there is no Rule element. */
export function getObjectLockConfiguration({ request }: Call, { catalog }: StoreParts): Answer {
  const { name, objectLock, defaultRetention } = requireBucket(catalog.buckets, request);
  if (!objectLock) {
    throw new S3Error('ObjectLockConfigurationNotFoundError', { details: { BucketName: name } });
  }
  const rule = defaultRetention === undefined ? '' : ruleElement(defaultRetention);
  return documentAnswer(ROOT, `<ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}`);
}

/**
 * Turns object lock on, also on a bucket that exists, and sets the default retention or takes it away. It is never turned
 * off again. Throws InvalidBucketState unless versioning is enabled.
 */
export async function putObjectLockConfiguration(call: Call, { catalog }: StoreParts): Promise<Answer> {
  const { request } = call;
  checkWriteHeaders(request);
  requireBucket(catalog.buckets, request);
  const defaultRetention = parseObjectLock(await readDocument(call, SMALL_DOCUMENT_BYTES));
  await catalog.write(({ buckets }) => {
    const bucket = requireBucket(buckets, request);
    if (bucket.versioning !== 'enabled') {
      throw new S3Error('InvalidBucketState', {
        message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      });
    }
    buckets.setObjectLock(bucket.id, defaultRetention);
  });
  return { status: 200, headers: [] };
}

function ruleElement({ mode, period }: DefaultRetention): string {
  const length =
    'days' in period ? xmlElement('Days', String(period.days)) : xmlElement('Years', String(period.years));
  return `<Rule><DefaultRetention>${xmlElement('Mode', mode)}${length}</DefaultRetention></Rule>`;
}

function parseObjectLock(body: Buffer): DefaultRetention | undefined {
  const configuration = parseConfiguration(body, ROOT, ['ObjectLockEnabled', 'Rule']);
  if (textOf(configuration, 'ObjectLockEnabled') !== 'Enabled') throw malformed('ObjectLockEnabled');
  if (!configuration.has('Rule')) return undefined;
  const rule = childrenOf(configuration.get('Rule'), ['DefaultRetention']);
  const retention = childrenOf(rule.get('DefaultRetention'), ['Mode', 'Days', 'Years']);
  const mode = textOf(retention, 'Mode');
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw malformed('Mode');
  const days = textOf(retention, 'Days');
  const years = textOf(retention, 'Years');
  if (days !== undefined && years === undefined) return { mode, period: { days: periodOf(days, MAX_DAYS) } };
  if (years !== undefined && days === undefined)
    return { mode, period: { years: periodOf(years, MAX_YEARS) } };
  throw malformed('not exactly one of Days and Years');
}

function periodOf(text: string, max: number): number {
  if (!/^-?\d{1,10}$/.test(text)) throw malformed('a period that is no whole number');
  const period = Number(text);
  if (period < 1) {
    throw new S3Error('InvalidArgument', {
      message: 'Default retention period must be a positive integer value.',
    });
  }
  if (period > max) {
    throw new S3Error('InvalidArgument', {
      message: `Default retention period is too large: at most ${MAX_DAYS} days or ${MAX_YEARS} years.`,
    });
  }
  return period;
}
