// Rows that need a bucket of their own: without object lock, without versioning, or one whose versioning may be put at risk.
import { createHash } from 'node:crypto';
import type { BenchCase } from '../../bench-case.ts';
import { hasElement, said, succeeded, textAt } from './answer-text.ts';

export const rowMadeBucketCases: readonly BenchCase[] = [
  {
    id: 'row-48-suspend',
    group: 'row',
    title: 'Versioning of a bucket with object lock cannot be suspended',
    veeamDoes: 'VBR never does this, but relies on it: without versions nothing is immutable.',
    mustComeBack: 'PutBucketVersioning with Suspended: 409 InvalidBucketState.',
    severity: 'unproven',
    source: 'storj/edge#435 and #498: done for Veeam by its implementers, no failed backup reported',
    advice: 'Refuse to suspend versioning as long as the bucket has object lock.',
    profile: 'core',
    makesBuckets: true,
    async run(context) {
      const bucket = await context.makeBucket({ objectLock: true });
      const body =
        '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Suspended</Status></VersioningConfiguration>';
      const answer = await context.call({
        method: 'PUT',
        bucket,
        query: [['versioning']],
        headers: { 'content-md5': createHash('md5').update(body).digest('base64') },
        body,
      });
      if (succeeded(answer)) {
        context.fail('Versioning of a bucket with object lock could be suspended.');
      }
      if (answer.status !== 409 || answer.code !== 'InvalidBucketState') {
        context.warn(`The refusal was ${said(answer)} instead of 409 InvalidBucketState.`);
      }
    },
  },
  {
    id: 'row-50',
    group: 'row',
    title: '?object-lock of a bucket without it is 404 with its code',
    veeamDoes: 'VBR asks ?object-lock of any bucket that is chosen, with and without object lock.',
    mustComeBack: '404 with an Error document whose Code is ObjectLockConfigurationNotFoundError.',
    severity: 'unproven',
    source: 'rustfs#771: reported with S3 Browser, not with Veeam',
    advice: 'Do not answer with an empty body or an empty configuration: clients read it as a broken answer.',
    profile: 'core',
    makesBuckets: true,
    async run(context) {
      const bucket = await context.makeBucket();
      const answer = await context.call({ method: 'GET', bucket, query: [['object-lock']] });
      if (answer.status !== 200 && answer.status !== 404) {
        context.skip(`GET ?object-lock was answered ${said(answer)}: see row-33 and row-46.`);
      }
      if (answer.status !== 404 || answer.code !== 'ObjectLockConfigurationNotFoundError') {
        context.fail(
          `GET ?object-lock of a bucket without object lock was answered ${said(answer)} with ${answer.body.length} bytes.`,
        );
      }
    },
  },
  {
    id: 'row-53-unversioned',
    group: 'row',
    title: '?versioning of a bucket that never had it has its root element',
    veeamDoes: 'VBR asks ?versioning of any bucket that is chosen, also one that never had versioning.',
    mustComeBack: '200 with an empty VersioningConfiguration.',
    severity: 'unproven',
    source: 'incus#3592: the client is not said',
    advice: 'Write the root element always; leave out only Status, where versioning was never enabled.',
    profile: 'core',
    makesBuckets: true,
    async run(context) {
      const bucket = await context.makeBucket();
      const answer = await context.call({ method: 'GET', bucket, query: [['versioning']] });
      if (answer.status !== 200) {
        context.fail(`GET ?versioning of a bucket without versioning was answered ${said(answer)}.`);
      }
      const document = context.xml(answer);
      if (!hasElement(context, document, 'VersioningConfiguration')) {
        context.fail('GET ?versioning of a bucket without versioning has no VersioningConfiguration.');
      }
      const status = textAt(context, document, 'VersioningConfiguration', 'Status');
      if (status === 'Enabled') {
        context.fail('GET ?versioning of a bucket that never had versioning says Enabled.');
      }
    },
  },
];
