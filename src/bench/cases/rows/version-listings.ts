// Rows about ListObjectVersions: nothing too much, nothing missing, nothing twice, and groups where they belong.
import type { BenchCase } from '../../bench-case.ts';
import { checkpointKey, clientInfoKey, folderMarkers, repositoryKey } from '../veeam-layout.ts';
import { said } from './answer-text.ts';
import { listPage } from './listing-call.ts';
import { putVersion } from './versioned-put.ts';

export const rowVersionListingCases: readonly BenchCase[] = [
  {
    id: 'row-08',
    group: 'row',
    title: 'A long prefix does not bring the folders above it',
    veeamDoes:
      'Cloud.FindLastCheckpointId lists versions with the prefix "…/Metadata/Checkpoint" and the delimiter "/". On a key that is not below the prefix it stops with "Unexpected key path: \'Veeam/\'".',
    mustComeBack:
      'Only keys and CommonPrefixes that begin with the prefix, also where zero-byte markers exist for all folders above.',
    severity: 'breaks',
    source: 'seaweedfs#9884, seaweedfs PR#9885',
    advice:
      'Compare each entry with the whole prefix before it is written, folder markers and directories that the store made for itself included.',
    profile: 'core',
    async run(context) {
      const checkpoint = checkpointKey(context.prefix);
      for (const marker of folderMarkers(context.prefix, checkpoint)) {
        await context.put(marker, '');
      }
      await context.put(checkpoint, 'x');
      for (const delimiter of ['/', undefined]) {
        const page = await listPage(context, 'versions', {
          prefix: checkpoint,
          ...(delimiter === undefined ? {} : { delimiter }),
        });
        const foreign = [...page.keys, ...page.prefixes].find((name) => !name.startsWith(checkpoint));
        if (foreign !== undefined) {
          context.fail(
            `ListObjectVersions with the prefix "${checkpoint}" and ${delimiter === undefined ? 'no delimiter' : 'the delimiter "/"'} gave "${foreign}".`,
          );
        }
      }
    },
  },
  {
    id: 'row-11',
    group: 'row',
    title: 'Each version is listed once',
    veeamDoes:
      'VBR rewrites ClientInfo.xml and Repository in each session, and lists their versions. A store gave the same version hundreds of times.',
    mustComeBack: 'Each pair of key and version id once, on one page and over several.',
    severity: 'breaks',
    source: 'seaweedfs#7850',
    advice:
      'Look at how the current version and the older ones are merged into one list, and at what the next page begins with: the marker of the last entry is exclusive.',
    profile: 'core',
    async run(context) {
      for (let i = 0; i < 5; i++) {
        await putVersion(context, clientInfoKey(context.prefix), `client ${i}`);
        await putVersion(context, repositoryKey(context.prefix), `repository ${i}`);
      }
      for (const maxKeys of [undefined, 3]) {
        const { versions } = await context.listVersions(
          context.prefix,
          maxKeys === undefined ? {} : { maxKeys },
        );
        const seen = new Set<string>();
        // What is not below the prefix is row-08.
        for (const { key, versionId } of versions.filter((one) => one.key.startsWith(context.prefix))) {
          const name = `${key} ${versionId}`;
          if (seen.has(name)) {
            context.fail(
              `The version ${versionId} of "${key}" is listed more than once${maxKeys === undefined ? '' : ` in pages of ${maxKeys}`}.`,
            );
          }
          seen.add(name);
        }
      }
    },
  },
  {
    id: 'row-15',
    group: 'row',
    title: 'Nothing is left in lists when all versions are deleted',
    veeamDoes:
      'Retention deletes the versions and the markers of whole folders. What remains of them in lists is read again by each later session.',
    mustComeBack: 'Neither keys nor CommonPrefixes of the folder, in lists of objects and of versions.',
    severity: 'slow',
    source: 'seaweedfs#10278',
    advice: 'Remove the container of a key with its last version, and the folder with its last key.',
    profile: 'core',
    async run(context) {
      const key = `${context.prefix}gone/folder/object`;
      const ids = [await putVersion(context, key, '1'), await putVersion(context, key, '2')];
      const deleted = await context.call({ method: 'DELETE', key });
      const marker = deleted.headers.get('x-amz-version-id');
      for (const versionId of [...ids, ...(marker === undefined ? [] : [marker])]) {
        await context.deleteVersion(key, versionId);
      }
      for (const kind of ['v2', 'versions'] as const) {
        for (const prefix of [context.prefix, `${context.prefix}gone/`]) {
          const page = await listPage(context, kind, { prefix, delimiter: '/' });
          const left = [...page.keys, ...page.prefixes].filter((name) =>
            name.startsWith(`${context.prefix}gone/`),
          );
          if (left.length > 0) {
            context.fail(
              `All versions of "${key}" are deleted, but a list of kind ${kind} with the prefix "${prefix}" still gives "${left[0]}".`,
            );
          }
        }
      }
    },
  },
  {
    id: 'row-16',
    group: 'row',
    title: 'ListObjectVersions groups by the delimiter',
    veeamDoes:
      'VBR lists versions of one folder with the delimiter "/" and takes what comes back for that folder alone.',
    mustComeBack:
      'Versions of keys without a "/" behind the prefix, and one CommonPrefix for each folder next below, each once.',
    severity: 'breaks',
    source: 'seaweedfs#8210',
    advice:
      'Cut each key behind the prefix at the first delimiter, in ListObjectVersions as in ListObjects; deeper levels must not show.',
    profile: 'core',
    async run(context) {
      const { prefix } = context;
      for (const key of ['top', 'a/one', 'a/two', 'a/deep/three', 'b/one']) {
        await context.put(`${prefix}${key}`, 'x');
      }
      const page = await listPage(context, 'versions', { prefix, delimiter: '/' });
      const below = page.keys.find((key) => key.slice(prefix.length).includes('/'));
      if (below !== undefined) {
        context.fail(`The delimiter "/" was ignored: "${below}" came back as a version of its own.`);
      }
      const allowed = new Set([`${prefix}a/`, `${prefix}b/`]);
      const wrong = page.prefixes.find((group) => !allowed.has(group));
      if (wrong !== undefined) {
        context.fail(`CommonPrefixes has "${wrong}", which is not a folder next below the prefix.`);
      }
      if (new Set(page.prefixes).size < page.prefixes.length) {
        context.fail(`CommonPrefixes has a folder more than once: ${page.prefixes.join(', ')}.`);
      }
    },
  },
  {
    id: 'row-19',
    group: 'row',
    title: 'ListObjectVersions gives CommonPrefixes',
    veeamDoes:
      'VBR lists versions below "Veeam/Archive/" with the delimiter "/" to find the folders of backups.',
    mustComeBack:
      'Each folder in CommonPrefixes, also one that holds only a marker, and one whose keys are all deleted.',
    severity: 'breaks',
    source: 'minio PR#10286',
    advice:
      'Write CommonPrefixes into ListVersionsResult too. Versions and delete markers count: a folder is gone only with its last version.',
    profile: 'core',
    async run(context) {
      const { prefix } = context;
      await context.put(`${prefix}marked/`, '');
      await context.put(`${prefix}used/object`, 'x');
      await context.put(`${prefix}deleted/object`, 'x');
      await context.call({ method: 'DELETE', key: `${prefix}deleted/object` });
      const page = await listPage(context, 'versions', { prefix, delimiter: '/' });
      for (const folder of ['marked/', 'used/', 'deleted/'].map((name) => `${prefix}${name}`)) {
        // A folder whose keys are listed one by one is not missing: then the delimiter was ignored, which is row-16.
        if (!page.prefixes.includes(folder) && !page.keys.some((key) => key.startsWith(folder))) {
          context.fail(`ListObjectVersions with the delimiter "/" does not give the folder "${folder}".`);
        }
      }
    },
  },
  {
    id: 'row-51',
    group: 'row',
    title: 'Delete markers one after another are all listed',
    veeamDoes:
      'Retention deletes markers by their version ids as it found them in the list. One that is not listed stays for ever.',
    mustComeBack: 'Two deletes without a version id make two markers; both are in ListObjectVersions.',
    severity: 'unproven',
    source: 'Ceph PR#45754, Ceph tracker 54476: general S3, not confirmed with Veeam',
    advice: 'Make a new marker for each delete, also where the current version is a marker, and list each.',
    profile: 'core',
    async run(context) {
      const key = `${context.prefix}twice-deleted`;
      await putVersion(context, key, 'x');
      for (let i = 0; i < 2; i++) {
        const answer = await context.call({ method: 'DELETE', key });
        if (answer.status !== 204) {
          context.fail(`DELETE number ${i + 1} without a version id was answered ${said(answer)}.`);
        }
      }
      const { versions } = await context.listVersions(key);
      const markers = versions.filter((version) => version.key === key && version.isMarker);
      if (new Set(markers.map((marker) => marker.versionId)).size !== 2) {
        context.fail(`Two deletes without a version id, but ${markers.length} delete markers are listed.`);
      }
    },
  },
  {
    id: 'row-52',
    group: 'row',
    title: 'ListObjectVersions is there, and so are the versions',
    veeamDoes:
      'Immutability rests on versions: VBR overwrites keys, lists versions, and reads older ones by their id.',
    mustComeBack:
      'A ListVersionsResult with both versions of a key that was written twice, and the older one by its id.',
    severity: 'unproven',
    source:
      'Garage documentation: its versioning is a stub. Immutability cannot work there; no Veeam report.',
    advice:
      'Without versions there is no immutability: VBR can use the bucket only as a repository without it.',
    profile: 'core',
    async run(context) {
      const key = `${context.prefix}two-versions`;
      const older = await putVersion(context, key, 'older');
      const newer = await putVersion(context, key, 'newer');
      const { versions } = await context.listVersions(key);
      const listed = new Set(versions.map((version) => version.versionId));
      const missing = [older, newer].find((id) => !listed.has(id));
      if (older === newer || missing !== undefined) {
        context.fail(
          `Of the versions ${older} and ${newer} of one key, ListObjectVersions gives ${[...listed]}.`,
        );
      }
      const body = await context.get(key, older);
      if (body.toString() !== 'older') {
        context.fail('GET with the id of the older version gives the newer one.');
      }
    },
  },
];
