// Rows about single objects: metadata, storage class, copies, conditional writes, and how XML answers are framed.
import type { BenchCase } from '../../bench-case.ts';
import { checkpointKey } from '../veeam-layout.ts';
import { said, succeeded, textAt } from './answer-text.ts';
import { listPage } from './listing-call.ts';
import { putVersion } from './versioned-put.ts';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export const rowObjectCases: readonly BenchCase[] = [
  {
    id: 'row-18',
    group: 'row',
    title: 'User metadata in lower case, and times as ISO 8601',
    veeamDoes:
      'VBR keeps metadata with its objects and reads the names with their case; it reads LastModified of lists.',
    mustComeBack:
      'x-amz-meta-… as it was sent, with the name in lower case on the wire; LastModified like 2026-01-31T12:00:00.000Z.',
    severity: 'breaks',
    source: 'minio PR#9697',
    advice: 'Write the names of x-amz-meta headers in lower case, and times in XML as ISO 8601 in UTC.',
    profile: 'core',
    async run(context) {
      const key = `${context.prefix}metadata`;
      await context.put(key, 'x', { headers: { 'x-amz-meta-veeam-tag': 'Value With Case' } });
      for (const method of ['HEAD', 'GET'] as const) {
        const answer = await context.call({ method, key });
        if (answer.headers.get('x-amz-meta-veeam-tag') !== 'Value With Case') {
          context.fail(`${method} does not give back x-amz-meta-veeam-tag as it was written.`);
        }
        const name = answer.rawHeaders?.find(([sent]) => sent.toLowerCase() === 'x-amz-meta-veeam-tag')?.[0];
        if (name !== undefined && name !== 'x-amz-meta-veeam-tag') {
          context.fail(`${method} spells the metadata "${name}"; VBR looks for it in lower case.`);
        }
      }
      for (const [kind, root, entry] of [
        ['v2', 'ListBucketResult', 'Contents'],
        ['versions', 'ListVersionsResult', 'Version'],
      ] as const) {
        const page = await listPage(context, kind, { prefix: key });
        const time = textAt(context, page.document, root, entry, 'LastModified');
        if (time !== undefined && !ISO_TIME.test(time)) {
          context.fail(`LastModified in the ${root} is "${time}", not a time of ISO 8601 in UTC.`);
        }
      }
    },
  },
  {
    id: 'row-24',
    group: 'row',
    title: 'No storage class but STANDARD',
    veeamDoes:
      'VBR reads the storage class in HEAD, GET and lists, and refuses objects of a class that it does not know.',
    mustComeBack: 'x-amz-storage-class absent or STANDARD; StorageClass STANDARD in lists.',
    severity: 'breaks',
    source: 'minio#19748',
    advice: 'Report STANDARD for everything that can be read at once, whatever tier it is on.',
    profile: 'core',
    async run(context) {
      const key = `${context.prefix}class`;
      await context.put(key, 'x');
      const refuse = (where: string, name: string | undefined) => {
        if (name !== undefined && name !== '' && name !== 'STANDARD') {
          context.fail(`${where} gives the storage class "${name}".`);
        }
      };
      for (const method of ['HEAD', 'GET'] as const) {
        const answer = await context.call({ method, key });
        refuse(method, answer.headers.get('x-amz-storage-class'));
      }
      for (const kind of ['v1', 'v2'] as const) {
        const page = await listPage(context, kind, { prefix: key });
        refuse(
          `ListObjects ${kind}`,
          textAt(context, page.document, 'ListBucketResult', 'Contents', 'StorageClass'),
        );
      }
      for (const version of (await context.listVersions(key)).versions) {
        refuse('ListObjectVersions', version.storageClass);
      }
    },
  },
  {
    id: 'row-26',
    group: 'row',
    title: 'A checkpoint can be copied and rewritten',
    veeamDoes:
      'Cloud.DeleteBackup of 12.3 copies or rewrites the checkpoint before it deletes. It ended with "Failed to copy checkpoint", and no data was deleted.',
    mustComeBack:
      'CopyObject from a version by its id: 200, CopyObjectResult, the same bytes. PUT with If-Match and the current ETag: 200.',
    severity: 'breaks',
    source:
      'versitygw#1637, see also versitygw#1708 and #1727. The cause is a guess of a maintainer (conditional PUT); so If-Match is only a warning here.',
    advice:
      'Decode x-amz-copy-source, braces and versionId included, and copy that version within the bucket.',
    profile: 'core',
    async run(context) {
      const key = checkpointKey(context.prefix);
      const older = await putVersion(context, key, 'checkpoint one');
      const { etag } = await context.put(key, 'checkpoint two');
      const target = `${key}.copy`;
      const source = `/${context.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      const answer = await context.call({
        method: 'PUT',
        key: target,
        headers: { 'x-amz-copy-source': `${source}?versionId=${encodeURIComponent(older)}` },
      });
      if (!succeeded(answer)) {
        context.fail(`CopyObject of a checkpoint was answered ${said(answer)}.`);
      }
      if (textAt(context, context.xml(answer), 'CopyObjectResult', 'ETag') === undefined) {
        context.fail('CopyObject was answered without a CopyObjectResult.');
      }
      const copied = answer.headers.get('x-amz-version-id');
      const copy = await context.call({
        method: 'GET',
        key: target,
        ...(copied === undefined ? {} : { query: [['versionId', copied]] }),
      });
      if (copy.body.toString() !== 'checkpoint one') {
        context.fail(`The copy of a checkpoint does not have the bytes of the version that was named.`);
      }
      const rewritten = await context.call({
        method: 'PUT',
        key,
        headers: { 'if-match': etag },
        body: 'three',
      });
      if (!succeeded(rewritten)) {
        context.warn(`PUT with If-Match and the current ETag was answered ${said(rewritten)}.`);
      }
    },
  },
  {
    id: 'row-37',
    group: 'row',
    title: 'XML answers have a length, and answers have ids',
    veeamDoes:
      'One project found "client unhappy" until XML answers came with Content-Length and x-amz-id-2.',
    mustComeBack: 'Content-Length with the XML of a list; x-amz-request-id and x-amz-id-2.',
    severity: 'unproven',
    source: 'MaxIOFS. Weak: one project says so; chunked answers are correct HTTP.',
    advice:
      'Nothing is wrong by the rules of HTTP. If lists fail without a reason, try Content-Length first.',
    profile: 'core',
    async run(context) {
      const { answer } = await listPage(context, 'v2', { prefix: context.prefix });
      const missing = ['content-length', 'x-amz-request-id', 'x-amz-id-2'].filter(
        (name) => !answer.headers.has(name),
      );
      if (missing.length > 0) {
        context.warn(`A list is answered without ${missing.join(' and ')}.`);
      }
    },
  },
  {
    id: 'row-56',
    group: 'row',
    title: 'If-None-Match on PUT is kept',
    veeamDoes:
      'Not proven that VBR writes conditionally; newer S3 clients do, to make sure that they do not overwrite.',
    mustComeBack:
      'With "*": 412 PreconditionFailed where the key exists, 200 where not. With anything else: 501 NotImplemented.',
    severity: 'unproven',
    source: 'versitygw#1708, versitygw#2183, storj/edge#564: not Veeam',
    advice:
      'Check the condition and write in one step. A condition that is not supported must be refused, not ignored.',
    profile: 'core',
    async run(context) {
      const key = `${context.prefix}conditional`;
      const put = (condition: string, body: string) =>
        context.call({ method: 'PUT', key, headers: { 'if-none-match': condition }, body });
      const first = await put('*', 'first');
      if (!succeeded(first)) {
        context.fail(`PUT with If-None-Match: * of a new key was answered ${said(first)}.`);
      }
      const second = await put('*', 'second');
      if (second.status !== 412) {
        context.fail(
          `PUT with If-None-Match: * of a key that exists was answered ${said(second)} instead of 412.`,
        );
      }
      const kept = await context.get(key);
      if (kept.toString() !== 'first') {
        context.fail('PUT with If-None-Match: * was refused with 412, but the object was overwritten.');
      }
      const other = await put('"0123456789abcdef0123456789abcdef"', 'third');
      if (other.status !== 501) {
        context.warn(
          `PUT with If-None-Match and an ETag was answered ${said(other)}; S3 answers 501 NotImplemented.`,
        );
      }
    },
  },
];
