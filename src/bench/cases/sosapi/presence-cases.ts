// Where the two documents are, and where they are not.
import { randomUUID } from 'node:crypto';
import type { BenchCase } from '../../bench-case.ts';
import { expectStatus } from '../expect-status.ts';
import { said } from '../rows/answer-text.ts';
import { SOSAPI_PREFIX, type SosapiName } from '../rows/sosapi-document.ts';
import { readDocument, readSystem, sosapiKey } from './read-document.ts';

const NAMES: readonly SosapiName[] = ['system.xml', 'capacity.xml'];

const presence: BenchCase = {
  id: 'sosapi-presence',
  group: 'sosapi',
  title: 'The bucket has system.xml and capacity.xml',
  veeamDoes:
    `When a repository is added, and every few minutes after, VBR reads ${SOSAPI_PREFIX}system.xml and ` +
    'capacity.xml from the bucket with plain signed GETs.',
  mustComeBack: 'Both with 200. A store without SOSAPI answers 404 NoSuchKey to both, and to nothing else.',
  severity: 'slow',
  source:
    'Veeam help center, SOSAPI page: detection by itself, capacity, placement; limitations of S3 compatible storage: ' +
    'the archive tier needs SOSAPI. Keys: all six public implementations.',
  advice:
    'Veeam works without SOSAPI, as with any S3 compatible store, but shows no capacity, fills the store until writes ' +
    'fail, and offers no archive tier ("S3 compatible with Data Archiving"). Serve both documents in each bucket. ' +
    'All other cases of this group are skipped until they are there.',
  profile: 'smoke',
  async run(context) {
    const answers = await Promise.all(
      NAMES.map((name) => context.call({ method: 'GET', key: sosapiKey(name) })),
    );
    const wrong = answers.flatMap((answer, i) =>
      answer.status === 200 ? [] : [`${NAMES[i]} was answered ${said(answer)}`],
    );
    if (wrong.length > 0) context.fail(`${wrong.join(', ')}; 200 must come back where the store has SOSAPI.`);
  },
};

const capacityAdvertised: BenchCase = {
  id: 'sosapi-capacity-advertised',
  group: 'sosapi',
  title: 'CapacityInfo and capacity.xml agree',
  veeamDoes: 'Reads CapacityInfo in system.xml and, where it is true, capacity.xml.',
  mustComeBack: 'capacity.xml with 200 where CapacityInfo is true.',
  severity: 'unproven',
  source:
    'No public report. Inference from UploadSessions, which broke backups where it was advertised and not there ' +
    '(MaxIOFS commit b953abf).',
  advice: 'Set CapacityInfo to false, or serve capacity.xml in every bucket that has system.xml.',
  profile: 'smoke',
  async run(context) {
    const { capacityInfo } = await readSystem(context);
    const capacity = await context.call({ method: 'GET', key: sosapiKey('capacity.xml') });
    if (capacityInfo === 'true')
      expectStatus(context, capacity, 'GET of capacity.xml, which is advertised,', 200);
    if (capacityInfo === 'false' && capacity.status === 200) {
      context.fail('CapacityInfo is false although capacity.xml is there; Veeam may not read it.');
    }
  },
};

const newBucket: BenchCase = {
  id: 'sosapi-new-bucket',
  group: 'sosapi',
  title: 'A bucket made just now has both documents',
  veeamDoes: 'In multi-bucket mode VBR makes buckets by itself and uses them at once.',
  mustComeBack: 'Both documents with 200, from the first request after CreateBucket.',
  severity: 'unproven',
  source:
    'MinIO source comment: the documents belong into every bucket that Veeam touches. Veeam help center, multi-bucket ' +
    'mode. A store may have SOSAPI in some buckets only, so this is a warning.',
  advice:
    'Answer the two keys from the store itself instead of storing them as objects: nobody uploads them into buckets ' +
    'that Veeam makes.',
  profile: 'core',
  makesBuckets: true,
  async run(context) {
    for (const name of NAMES) await readDocument(context, name);
    const bucket = await context.makeBucket();
    for (const name of NAMES) {
      const answer = await context.call({ method: 'GET', bucket, key: sosapiKey(name) });
      expectStatus(context, answer, `GET of ${name} in a bucket made just now`, 200);
    }
  },
};

const missingBucket: BenchCase = {
  id: 'sosapi-missing-bucket',
  group: 'sosapi',
  title: 'A bucket that does not exist has no documents',
  veeamDoes: 'Reads system.xml with the bucket name that somebody typed.',
  mustComeBack: '404 NoSuchBucket.',
  severity: 'unproven',
  source: 'General S3; no report.',
  advice: 'Look whether the bucket exists before the documents are made up.',
  profile: 'core',
  async run(context) {
    await readDocument(context, 'system.xml');
    const bucket = `bench-no-such-${randomUUID()}`;
    for (const name of NAMES) {
      const answer = await context.call({ method: 'GET', bucket, key: sosapiKey(name) });
      if (answer.status !== 404 || answer.code !== 'NoSuchBucket') {
        context.fail(`GET of ${name} in a bucket that does not exist was answered ${said(answer)}.`);
      }
    }
  },
};

const unknownKeys: BenchCase = {
  id: 'sosapi-unknown-keys',
  group: 'sosapi',
  title: 'Other keys of the reserved prefix are 404 NoSuchKey',
  veeamDoes:
    'Is said to read smart-entity-status.xml below the prefix to see whether this is the first backup; other parts of ' +
    'the protocol are known to partners of Veeam only.',
  mustComeBack: '404 NoSuchKey; not 403, not 500, and not one of the two documents.',
  severity: 'unproven',
  source: 'A comment in the source of MaxIOFS (pkg/s3compat/handler.go); one implementer, weak.',
  advice:
    'Match the two keys exactly. Everything else below the prefix is an object that is not there. Implementations ' +
    'that match by suffix also answer in sub-folders.',
  profile: 'core',
  async run(context) {
    await readDocument(context, 'system.xml');
    const names = [
      'smart-entity-status.xml',
      `${randomUUID()}.xml`,
      'system.xml/',
      'System.xml',
      'folder/system.xml',
      'folder/capacity.xml',
    ];
    const wrong: string[] = [];
    for (const name of names) {
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await context.call({ method, key: `${SOSAPI_PREFIX}${name}` });
        // The answer to HEAD has no body, so no code.
        const right = answer.status === 404 && (method === 'HEAD' || answer.code === 'NoSuchKey');
        if (!right) wrong.push(`${method} of ${name} was answered ${said(answer)}`);
      }
    }
    if (wrong.length > 0) context.fail(`${wrong.join(', ')}; 404 NoSuchKey must come back.`);
  },
};

const anonymous: BenchCase = {
  id: 'sosapi-anonymous',
  group: 'sosapi',
  title: 'Nobody reads the documents without credentials',
  veeamDoes: 'Signs both reads as any other.',
  mustComeBack: '403 AccessDenied to a read without a signature.',
  severity: 'unproven',
  source: 'SeaweedFS allowed it for a short time and took it back; no harm to Veeam is reported.',
  advice:
    'Send the two keys through the same authorization as s3:GetObject. How full a store is concerns its users alone.',
  profile: 'core',
  async run(context) {
    await readDocument(context, 'system.xml');
    for (const name of NAMES) {
      const answer = await context.call({ method: 'GET', key: sosapiKey(name), anonymous: true });
      expectStatus(context, answer, `GET of ${name} without a signature`, 401, 403);
    }
  },
};

export const SOSAPI_PRESENCE_CASES: readonly BenchCase[] = [
  presence,
  capacityAdvertised,
  newBucket,
  missingBucket,
  unknownKeys,
  anonymous,
];
