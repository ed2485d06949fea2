// Rows about what a bucket says of itself: region, location, versioning, object lock, lifecycle.
import type { BenchCase } from '../../bench-case.ts';
import { hasElement, said, textAt } from './answer-text.ts';

const LOCK = 'ObjectLockConfiguration';

/** Without a signature: what is wrong with its framing does not depend on who asks. */
const ANONYMOUS_HEAD = 'HEAD / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n';

export const rowBucketCases: readonly BenchCase[] = [
  {
    id: 'row-17',
    group: 'row',
    title: 'No lifecycle rule deletes behind Veeam',
    veeamDoes:
      'VBR keeps its own retention. Where a lifecycle rule deletes blocks, GET of a block is answered 404, or 405 MethodNotAllowed for the marker, weeks after all went well.',
    mustComeBack:
      'GET ?lifecycle: 404 NoSuchLifecycleConfiguration, or no rule that expires current versions.',
    severity: 'breaks',
    source: 'minio#12630; Veeam says that lifecycle rules are not supported',
    advice: 'Remove the lifecycle rules of the bucket. Backups that they deleted are lost.',
    profile: 'core',
    async run(context) {
      const answer = await context.call({ method: 'GET', query: [['lifecycle']] });
      if (answer.status !== 200) {
        // 404 is what must come; other refusals mean that the store or the key's policy has no such question.
        return;
      }
      const rules = context.list(context.xml(answer), 'LifecycleConfiguration', 'Rule');
      const deleting = rules.filter(
        (rule) => textAt(context, rule, 'Status') === 'Enabled' && hasElement(context, rule, 'Expiration'),
      );
      if (deleting.length > 0) {
        context.fail(
          `The bucket has ${deleting.length} enabled lifecycle rules that delete current versions.`,
        );
      }
    },
  },
  {
    id: 'row-29',
    group: 'row',
    title: 'HEAD of the service is answered',
    veeamDoes: 'The connection test may ask HEAD / before anything else.',
    mustComeBack: '200, as for GET /; 403 where the key may not list buckets.',
    severity: 'unproven',
    source: 'MaxIOFS. Weak: one project says so, and it is not known which versions of VBR ask it.',
    advice:
      'Answer HEAD / with the head of GET / and without its body; 404 there was taken for a wrong address. Whatever is sent behind the head is taken for the answer to the next request on that connection.',
    profile: 'core',
    async run(context) {
      const bytes = await context.raw(Buffer.from(ANONYMOUS_HEAD), 1000);
      const behind = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
      if (bytes.includes('\r\n\r\n') && behind.length > 0) {
        // Ceph RGW 16.2.15 sends the last chunk of a body that HEAD does not have (seen 2026-11).
        context.fail(
          `Behind the head of the answer to HEAD / come ${behind.length} bytes, which spoil the connection.`,
        );
      }
      // On a connection of its own, so that nothing behind the head is taken for the answer to another case.
      const answer = await context.call({ method: 'HEAD', bucket: '', headers: { connection: 'close' } });
      // A key that may not list buckets is refused, and VBR works with such a key where the bucket's name is typed.
      if (answer.status !== 200 && answer.status !== 403) {
        context.fail(`HEAD / was answered ${said(answer)}.`);
      }
    },
  },
  {
    id: 'row-30',
    group: 'row',
    title: 'HEAD of the bucket names its region',
    veeamDoes: 'VBR may take the region from x-amz-bucket-region of HEAD bucket.',
    mustComeBack: '200 with x-amz-bucket-region.',
    severity: 'unproven',
    source: 'MaxIOFS. Weak: one project says so; stores without the header work with VBR.',
    advice: 'Add x-amz-bucket-region with the region that clients sign for.',
    profile: 'core',
    async run(context) {
      const answer = await context.call({ method: 'HEAD' });
      if ((answer.headers.get('x-amz-bucket-region') ?? '') === '') {
        context.warn('HEAD of the bucket is answered without x-amz-bucket-region.');
      }
    },
  },
  {
    id: 'row-31',
    group: 'row',
    title: 'The location of a bucket in us-east-1 is empty',
    veeamDoes:
      'VBR asks ?location when a repository is added, and compares it with the region that was typed.',
    mustComeBack: 'A LocationConstraint; empty for us-east-1, never that text.',
    severity: 'unproven',
    source: 'MaxIOFS. Weak: one project says so. The empty element is how S3 itself answers.',
    advice: 'Write an empty LocationConstraint for us-east-1.',
    profile: 'core',
    async run(context) {
      const answer = await context.call({ method: 'GET', query: [['location']] });
      if (answer.status !== 200) {
        context.fail(`GET ?location was answered ${said(answer)}.`);
      }
      if (textAt(context, context.xml(answer), 'LocationConstraint') === 'us-east-1') {
        context.warn('LocationConstraint has the text "us-east-1"; S3 leaves it empty for this region.');
      }
    },
  },
  {
    id: 'row-32',
    group: 'row',
    title: 'No default retention, and versioning not suspended',
    veeamDoes:
      'VBR reads ?object-lock and ?versioning when immutability is switched on, and refuses with "unable to use backup immutability: the default retention is not supported".',
    mustComeBack: 'No Rule with DefaultRetention in ?object-lock; Status in ?versioning is not Suspended.',
    severity: 'breaks',
    source: 'MaxIOFS (seen in its source); Veeam documents both as preconditions',
    advice:
      'Remove the default retention of the bucket; VBR sets a date on each object. If it has none, do not write a Rule into the answer.',
    profile: 'smoke',
    async run(context) {
      const lock = await context.call({ method: 'GET', query: [['object-lock']] });
      if (lock.status === 200 && hasElement(context, context.xml(lock), LOCK, 'Rule', 'DefaultRetention')) {
        context.fail('The bucket has a default retention, which VBR refuses.');
      }
      const versioning = await context.call({ method: 'GET', query: [['versioning']] });
      const status =
        versioning.status === 200
          ? textAt(context, context.xml(versioning), 'VersioningConfiguration', 'Status')
          : undefined;
      if (status === 'Suspended') {
        context.fail('Versioning of the bucket is suspended.');
      }
    },
  },
  {
    id: 'row-33',
    group: 'row',
    title: '?object-lock of a bucket without a Rule is no server error',
    veeamDoes:
      'VBR asks ?object-lock of a bucket with object lock and, as it must be, without a default retention.',
    mustComeBack: '200 with ObjectLockEnabled and without a Rule; in no case 500.',
    severity: 'breaks',
    source: 'MaxIOFS (seen in its source; one project that debugged with Veeam)',
    advice: 'Rule is optional in ObjectLockConfiguration. Do not read into it where it is absent.',
    profile: 'core',
    async run(context) {
      const answer = await context.call({ method: 'GET', query: [['object-lock']] });
      if (answer.status === 500) {
        context.fail('GET ?object-lock was answered 500.');
      }
    },
  },
  {
    id: 'row-34',
    group: 'row',
    title: 'HEAD of the bucket says that it has object lock',
    veeamDoes: 'VBR may read x-amz-bucket-object-lock-enabled of HEAD bucket.',
    mustComeBack: 'x-amz-bucket-object-lock-enabled: true in a bucket with object lock.',
    severity: 'unproven',
    source: 'MaxIOFS. Weak: one project says so; S3 and other stores do not send it and work with VBR.',
    advice:
      'Nothing to do unless object lock is not detected although ?object-lock is right; then add the header.',
    profile: 'core',
    async run(context) {
      const answer = await context.call({ method: 'HEAD' });
      if (answer.headers.get('x-amz-bucket-object-lock-enabled') !== 'true') {
        context.warn('HEAD of the bucket is answered without x-amz-bucket-object-lock-enabled: true.');
      }
    },
  },
  {
    id: 'row-46',
    group: 'row',
    title: '?object-lock is answered with what S3 says',
    veeamDoes:
      'VBR asks ?object-lock when a repository is added. Any answer that it does not know ends the wizard.',
    mustComeBack:
      '200 with ObjectLockEnabled "Enabled" in a bucket with object lock; 404 ObjectLockConfigurationNotFoundError in one without.',
    severity: 'breaks',
    source: 'EMCECS#530',
    advice:
      'Implement GetObjectLockConfiguration also where object lock is not offered: 404 with that code, not 501 or 400.',
    profile: 'core',
    async run(context) {
      const answer = await context.call({ method: 'GET', query: [['object-lock']] });
      if (answer.status === 500) {
        context.skip('GET ?object-lock was answered 500: see row-33.');
      }
      if (answer.status === 404 && answer.code === 'ObjectLockConfigurationNotFoundError') {
        return;
      }
      if (answer.status !== 200) {
        context.fail(`GET ?object-lock was answered ${said(answer)}.`);
      }
      const enabled = textAt(context, context.xml(answer), LOCK, 'ObjectLockEnabled');
      if (enabled !== 'Enabled') {
        context.fail(
          `GET ?object-lock has ${enabled === undefined ? 'no ObjectLockEnabled' : `"${enabled}"`}.`,
        );
      }
    },
  },
  {
    id: 'row-53',
    group: 'row',
    title: '?versioning has its root element',
    veeamDoes:
      'VBR asks ?versioning when a repository is added, and reads the Status in VersioningConfiguration.',
    mustComeBack: '200 with the root element VersioningConfiguration.',
    severity: 'unproven',
    source: 'incus#3592: the client is not said',
    advice: 'Write the root element always; leave out only Status, where versioning was never enabled.',
    profile: 'core',
    async run(context) {
      const answer = await context.call({ method: 'GET', query: [['versioning']] });
      if (answer.status !== 200) {
        context.fail(`GET ?versioning was answered ${said(answer)}.`);
      }
      if (!hasElement(context, context.xml(answer), 'VersioningConfiguration')) {
        context.fail('GET ?versioning has no root element VersioningConfiguration.');
      }
    },
  },
];
