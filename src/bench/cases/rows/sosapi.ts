// Rows about SOSAPI; a store without it is skipped.
import type { BenchCase } from '../../bench-case.ts';
import { textAt } from './answer-text.ts';
import { readSosapi, SOSAPI_PREFIX } from './sosapi-document.ts';

/** A store that is so full may well say that nothing is available. */
const NEARLY_FULL_PERCENT = 90n;

export const rowSosapiCases: readonly BenchCase[] = [
  {
    id: 'row-22',
    group: 'row',
    title: 'ProtocolVersion has its quotes',
    veeamDoes:
      'VBR reads system.xml when the repository is added, and takes it for SOSAPI only if the version is "1.0" with quotes.',
    mustComeBack:
      '<ProtocolVersion>"1.0"</ProtocolVersion>: the quotes are part of the text, raw or as &#34;.',
    severity: 'breaks',
    source: 'minio#17195, mended by minio#17202',
    advice: 'Write the quotation marks into the element. Without them VBR shows no capacity.',
    profile: 'smoke',
    async run(context) {
      const document = context.xml(await readSosapi(context, 'system.xml'));
      const version = textAt(context, document, 'SystemInfo', 'ProtocolVersion');
      if (version === undefined || !/^".+"$/.test(version)) {
        context.fail(`ProtocolVersion is ${version ?? 'absent'}, without the quotation marks around it.`);
      }
    },
  },
  {
    id: 'row-23',
    group: 'row',
    title: 'The SOSAPI documents do not pile up versions',
    veeamDoes:
      'VBR reads both documents every few minutes. A store that writes one as an object each time keeps a version each time, and replicas of it did so too.',
    mustComeBack: 'At most one version of each in ListObjectVersions, and no more after they were read.',
    severity: 'slow',
    source: 'minio#18916, minio#18918',
    advice:
      'Answer the documents from memory. Where they are real objects, delete the older version with each new one, and keep them out of replication.',
    profile: 'core',
    async run(context) {
      await readSosapi(context, 'system.xml');
      const before = await context.listVersions(SOSAPI_PREFIX);
      for (let i = 0; i < 3; i++) {
        await readSosapi(context, 'system.xml');
        await readSosapi(context, 'capacity.xml');
      }
      const after = await context.listVersions(SOSAPI_PREFIX);
      context.figure('versions of SOSAPI documents', after.versions.length);
      if (after.versions.length > before.versions.length) {
        context.fail(
          `Reading the documents made versions: ${before.versions.length} before, ${after.versions.length} after.`,
        );
      }
      for (const name of ['system.xml', 'capacity.xml']) {
        const count = after.versions.filter((version) => version.key === `${SOSAPI_PREFIX}${name}`).length;
        if (count > 1) {
          context.fail(`There are ${count} versions of ${name}.`);
        }
      }
    },
  },
  {
    id: 'row-40',
    group: 'row',
    title: 'UploadSessions is advertised only where it works',
    veeamDoes:
      'With UploadSessions true VBR asks the store where to send each machine before it writes. Backups fail where nothing answers.',
    mustComeBack:
      'UploadSessions false or absent, unless the store implements the protocol, which Veeam gives to partners only.',
    severity: 'breaks',
    source: 'MaxIOFS commit b953abf',
    advice:
      'Set UploadSessions to false unless you have implemented and tested it with VBR. The bench cannot test it: it is not public.',
    profile: 'smoke',
    async run(context) {
      const document = context.xml(await readSosapi(context, 'system.xml'));
      const value = textAt(context, document, 'SystemInfo', 'ProtocolCapabilities', 'UploadSessions');
      if (value?.trim().toLowerCase() === 'true') {
        context.warn(
          'UploadSessions is advertised. Backups fail if it is not really there, and that cannot be seen from outside.',
        );
      }
    },
  },
  {
    id: 'row-43',
    group: 'row',
    title: 'A repository with room does not look full',
    veeamDoes: 'VBR reads Available of capacity.xml and starts no job on a repository without room.',
    mustComeBack: 'Available above 0 as long as Used is well below Capacity.',
    severity: 'breaks',
    source: 'scality/Zenko#2472: Available was 0 on empty repositories where the metric was missing',
    advice:
      'Where the used bytes are not known yet, serve the last known numbers or an error. Never serve 0 for "unknown".',
    profile: 'smoke',
    async run(context) {
      const document = context.xml(await readSosapi(context, 'capacity.xml'));
      const bytes = (name: string) => {
        const text = textAt(context, document, 'CapacityInfo', name)?.trim() ?? '';
        return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
      };
      const [capacity, available, used] = [bytes('Capacity'), bytes('Available'), bytes('Used')];
      if (capacity === undefined || available === undefined || used === undefined) {
        return context.skip('capacity.xml does not have three integers, so they cannot be compared.');
      }
      if (available <= 0n && used * 100n < capacity * NEARLY_FULL_PERCENT) {
        context.fail(`Available is ${available}, but only ${used} of ${capacity} bytes are used.`);
      }
    },
  },
  {
    id: 'row-45',
    group: 'row',
    title: 'capacity.xml can be read with an Origin',
    veeamDoes:
      'VBR sends no Origin, but consoles in a browser read capacity.xml too, and a store answered them with an error.',
    mustComeBack: 'The same 200 as without the header Origin.',
    severity: 'unproven',
    source: 'scality/cloudserver#5463: a browser, not Veeam',
    advice: 'Let the route of the SOSAPI documents go through the same CORS handling as all objects.',
    profile: 'core',
    async run(context) {
      await readSosapi(context, 'capacity.xml');
      const answer = await context.call({
        method: 'GET',
        key: `${SOSAPI_PREFIX}capacity.xml`,
        headers: { origin: 'https://console.example.com' },
      });
      if (answer.status !== 200) {
        context.fail(`GET of capacity.xml with an Origin was answered ${answer.status}, without one 200.`);
      }
    },
  },
];
