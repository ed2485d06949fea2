// Rows about the folder dialog of the console: what it lists, what it creates, and what froze it.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { ancestorsOf } from '../veeam-layout.ts';
import { hasElement, said, succeeded, textAt } from './answer-text.ts';
import { LISTING_ROOT, type ListingKind, listPage } from './listing-call.ts';
import { needObjectLock, putRetention } from './retention-call.ts';
import { putVersion } from './versioned-put.ts';

/** No answer of the dialog may take longer: the console waits on it with its window locked. */
const DIALOG_LIMIT_MS = 10_000;

/** Longer than slow calls take, shorter than a cleanup waits. */
const LOCK_SECONDS = 15;

export const rowFolderCases: readonly BenchCase[] = [
  {
    id: 'row-02',
    group: 'row',
    title: 'Lists have every element that S3 gives them',
    veeamDoes:
      'When the folder of a new repository is chosen, the console lists the bucket with a delimiter and reads named elements of the XML. Where one is missing it says "Failed to get S3 archive folders. There is no node with specified name".',
    mustComeBack:
      'ListBucketResult with Name, Prefix, Delimiter, MaxKeys, IsTruncated (and KeyCount in version 2); Contents with Key, LastModified, ETag, Size and StorageClass; CommonPrefixes with Prefix. ListVersionsResult likewise, with VersionId and IsLatest.',
    severity: 'breaks',
    source: 'rustfs#969, with #958 and #985. The threads do not say which element was missing.',
    advice:
      'Compare the answer shown here with the response syntax of ListObjects, ListObjectsV2 and ListObjectVersions in the S3 reference. Write each element also where it is empty (Prefix) or has its default (MaxKeys 1000).',
    profile: 'smoke',
    async run(context) {
      await context.put(`${context.prefix}object`, 'x');
      await context.put(`${context.prefix}folder/object`, 'x');
      for (const kind of ['v1', 'v2', 'versions'] as const) {
        await checkElements(context, kind);
      }
    },
  },
  {
    id: 'row-03',
    group: 'row',
    title: 'A folder with a marker is listed exactly once',
    veeamDoes:
      'New Folder in the console writes a zero-byte object whose name ends with "/", and lists the parent with the delimiter "/".',
    mustComeBack:
      'The folder once in CommonPrefixes and not in Contents, in both versions of the list, whether it holds only its marker or other objects too.',
    severity: 'breaks',
    source: 'rustfs#1797, rustfs PR#1841',
    advice:
      'The console stalls on a folder that comes back twice. Group by the delimiter first, then remove doubles: a marker "folder/" below the listed prefix is part of the group "folder/" like any other key.',
    profile: 'smoke',
    async run(context) {
      const folders = [`${context.prefix}empty/`, `${context.prefix}used/`];
      for (const folder of folders) {
        await context.put(folder, '');
      }
      await context.put(`${context.prefix}used/object`, 'x');
      for (const kind of ['v1', 'v2'] as const) {
        const page = await listPage(context, kind, { prefix: context.prefix, delimiter: '/' });
        for (const folder of folders) {
          const times = page.prefixes.filter((prefix) => prefix === folder).length;
          if (times > 1) {
            context.fail(
              `ListObjects ${kind} gives the folder "${folder}" ${times} times in CommonPrefixes.`,
            );
          }
          if (page.keys.includes(folder)) {
            context.fail(`ListObjects ${kind} gives the folder "${folder}" in Contents as well as a group.`);
          }
          if (times === 0) {
            context.fail(`ListObjects ${kind} does not give the folder "${folder}", which has a marker.`);
          }
        }
      }
    },
  },
  {
    id: 'row-04',
    group: 'row',
    title: 'New Folder is answered at once',
    veeamDoes:
      'New Folder in the console of 13.0.1.1071: a zero-byte PUT with the folder name and a "/", then HEAD of it and a list of its parent. In the report the console froze, and showed an error after a long wait.',
    mustComeBack: `Each of the three is answered in full, with success, within ${DIALOG_LIMIT_MS / 1000} s.`,
    severity: 'breaks',
    source:
      'rustfs#1931. The thread does not explain the freeze; this case catches answers that do not come.',
    advice:
      'A zero-byte PUT must not wait for a body, and must be answered with Content-Length. Look for a request that your access log has no answer for.',
    profile: 'core',
    async run(context) {
      const folder = `${context.prefix}New Folder/`;
      const calls = [
        { method: 'PUT', key: folder, body: '' },
        { method: 'HEAD', key: folder },
        {
          method: 'GET',
          query: [
            ['list-type', '2'],
            ['delimiter', '/'],
            ['prefix', context.prefix],
          ],
        },
      ] as const;
      for (const call of calls) {
        const answer = await context.call({ ...call, timeoutMs: DIALOG_LIMIT_MS });
        if (!succeeded(answer)) {
          context.fail(`${call.method} of New Folder was answered ${said(answer)}.`);
        }
      }
    },
  },
  {
    id: 'row-09',
    group: 'row',
    title: 'ListObjectVersions with a leading slash in the prefix',
    veeamDoes:
      'Some paths reach the store with a slash before them: ListObjectVersions with the prefix "/Veeam/Backup/…/" where the keys are "Veeam/Backup/…".',
    mustComeBack:
      'A list, not an error. By the letter of S3 it is empty, because no key begins with "/"; SeaweedFS gives what the prefix without the slash gives, since VBR found nothing otherwise.',
    severity: 'breaks',
    source:
      'seaweedfs#7919. One store; S3 itself takes the slash literally, so an empty list is only a warning here.',
    advice:
      'An error here breaks VBR. If keys are files in your store, do not look for a directory with an empty name. Whether the slash should be dropped is not settled: SeaweedFS drops it.',
    profile: 'core',
    async run(context) {
      const key = `${context.prefix}leading/object`;
      await context.put(key, 'x');
      const found = await listPage(context, 'versions', { prefix: `/${context.prefix}leading/` });
      const plain = await listPage(context, 'versions', { prefix: `${context.prefix}leading/` });
      context.figure('versions listed with the leading slash', found.keys.length);
      if (found.keys.length === 0 && plain.keys.length > 0) {
        context.warn(
          'A prefix with a leading slash finds nothing. S3 itself answers so too; SeaweedFS found it to matter to VBR and drops the slash.',
        );
      }
      // Folders above it are row-08.
      const allowed = new Set([key, `/${key}`, ...ancestorsOf(key)]);
      const foreign = found.keys.find((name) => !allowed.has(name));
      if (foreign !== undefined) {
        context.fail(`The list with a leading slash has "${foreign}", which is not below the prefix.`);
      }
    },
  },
  {
    id: 'row-10',
    group: 'row',
    title: 'The root can be browsed with the prefix "/"',
    veeamDoes:
      'VBR 13 lists the root of the bucket with the prefix "/" and the delimiter "/", and shows the folders.',
    mustComeBack:
      'A list, not an error, and the folder "Veeam/" in the list without a prefix. By the letter of S3 the list with the prefix "/" is empty; SeaweedFS gives the folders of the root, since the console of VBR 13 showed none otherwise.',
    severity: 'breaks',
    source:
      'seaweedfs#7827. One store; S3 itself takes the slash literally, so an empty list with the prefix "/" is only a warning here.',
    advice:
      'An error here leaves the folder dialog unusable. Whether "/" should mean the root is not settled: SeaweedFS does so, and VBR works with S3 itself, which does not.',
    profile: 'smoke',
    async run(context) {
      await context.put(`${context.prefix}root`, 'x');
      const top = `${context.prefix.split('/')[0]}/`;
      const plain = await listPage(context, 'v2', { prefix: '', delimiter: '/' });
      if (plain.next === undefined && !plain.prefixes.includes(top)) {
        context.fail(`The list of the root with the delimiter "/" does not give the folder "${top}".`);
      }
      let folders = 0;
      for (const kind of ['v1', 'v2'] as const) {
        const page = await listPage(context, kind, { prefix: '/', delimiter: '/' });
        folders = Math.max(folders, page.prefixes.length);
      }
      context.figure('folders listed with the prefix "/"', folders);
      if (folders === 0) {
        context.warn(
          'The prefix "/" finds no folder. S3 itself answers so too; SeaweedFS found the console of VBR 13 to show none, and gives the folders of the root.',
        );
      }
    },
  },
  {
    id: 'row-27',
    group: 'row',
    title: 'Folder objects have real version ids and take a retention',
    veeamDoes:
      'VBR writes zero-byte objects that end with "/" for each folder. Nakivo, which writes the same, locks them too.',
    mustComeBack:
      'In a bucket with versioning a version id that is not "null", the same in ListObjectVersions, and 200 to PutObjectRetention with it.',
    severity: 'unproven',
    source: 'versitygw#2397: reported with Nakivo, not with Veeam',
    advice:
      'Keep folder objects like all others: with versions, and with their locks. A store on a file system that makes a directory of them must keep their version ids beside it.',
    profile: 'core',
    async run(context) {
      const folder = `${context.prefix}folder/`;
      const { versionId } = await context.put(folder, '');
      if (versionId === 'null' || versionId === '') {
        // Without ids for any object it is not the folder that is wrong.
        await putVersion(context, `${context.prefix}object`, 'x');
        context.fail(`PUT of the folder object "${folder}" gave the version id "${versionId}".`);
      }
      const { versions } = await context.listVersions(folder);
      const listed = versions.filter((version) => version.key === folder).map((version) => version.versionId);
      if (listed.length > 0 && !listed.includes(versionId)) {
        context.fail(`The folder object has the version id "${versionId}", but is listed with "${listed}".`);
      }
      await needObjectLock(context);
      const answer = await putRetention(context, folder, {
        versionId,
        seconds: LOCK_SECONDS,
        namespace: true,
      });
      if (succeeded(answer)) {
        return;
      }
      const plain = `${context.prefix}object`;
      const same = await putRetention(context, plain, {
        versionId: await putVersion(context, plain, 'x'),
        seconds: LOCK_SECONDS,
        namespace: true,
      });
      if (!succeeded(same)) {
        context.skip(`PutObjectRetention was answered ${said(same)} on any object: see row-36.`);
      }
      context.fail(`PutObjectRetention on a folder object was answered ${said(answer)}, on another 200.`);
    },
  },
];

/** Essential elements fail the case; those that no reader is known to need are only a warning. */
async function checkElements(context: BenchContext, kind: ListingKind): Promise<void> {
  const root = LISTING_ROOT[kind];
  const page = await listPage(context, kind, { prefix: context.prefix, delimiter: '/' });
  const entry = kind === 'versions' ? 'Version' : 'Contents';
  const missing = [
    ...[
      'Name',
      'Prefix',
      'Delimiter',
      'MaxKeys',
      'IsTruncated',
      ...(kind === 'v2' ? ['KeyCount'] : []),
    ].filter((name) => !hasElement(context, page.document, root, name)),
    ...[
      'Key',
      'LastModified',
      'ETag',
      'Size',
      'StorageClass',
      ...(kind === 'versions' ? ['VersionId', 'IsLatest'] : []),
    ]
      .filter((name) => textAt(context, page.document, root, entry, name) === undefined)
      .map((name) => `${entry}/${name}`),
    // Of grouping itself row-16 and row-19 speak: only a group without a name is wrong here.
    ...(page.prefixes.includes('') ? ['CommonPrefixes/Prefix'] : []),
  ];
  if (missing.length > 0) {
    context.fail(`The ${root} of kind ${kind} has no ${missing.join(', ')}.`);
  }
}
