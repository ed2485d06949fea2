// What stands in system.xml.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { SOSAPI_PREFIX } from '../rows/sosapi-document.ts';
import { answersIamCalls } from './iam-endpoint.ts';
import { expectNoFaults } from './judge.ts';
import { readDocument, readSystem } from './read-document.ts';
import { optionalBlockFaults, quoteFaults, recommendationFaults, shapeFaults } from './system-rules.ts';

const quotes: BenchCase = {
  id: 'sosapi-quotes',
  group: 'sosapi',
  title: 'ProtocolVersion has its quotes',
  veeamDoes: 'Compares the text of ProtocolVersion before it switches SOSAPI on.',
  mustComeBack: 'The text "1.0" with the two quote characters, raw or as an entity (&#34; or &quot;).',
  severity: 'breaks',
  source: 'minio#17195, fixed by #17202; MaxIOFS tried it without (bd4de69) and went back (7efc41c).',
  advice:
    'Write <ProtocolVersion>"1.0"</ProtocolVersion>. Without the quotes VBR silently treats the store as plain S3.',
  profile: 'smoke',
  async run(context) {
    expectNoFaults(context, quoteFaults(await readSystem(context)));
  },
};

const shape: BenchCase = {
  id: 'sosapi-system-shape',
  group: 'sosapi',
  title: 'system.xml has the elements of all known implementations',
  veeamDoes: 'Reads the model name and the three capabilities.',
  mustComeBack:
    'Well-formed XML: SystemInfo with ProtocolVersion, ModelName, and ProtocolCapabilities with CapacityInfo, ' +
    'UploadSessions and IAMSTS, each true or false.',
  severity: 'unproven',
  source:
    'The specification is given to partners of Veeam only; the elements are those of all six public implementations.',
  advice: 'Write all of them, also the capabilities that are false.',
  profile: 'smoke',
  async run(context) {
    expectNoFaults(context, shapeFaults(await readSystem(context)));
  },
};

const namespace: BenchCase = {
  id: 'sosapi-no-namespace',
  group: 'sosapi',
  title: 'The documents have no XML namespace',
  veeamDoes: 'Parses both documents.',
  mustComeBack: 'Elements without a namespace and without a prefix.',
  severity: 'unproven',
  source: 'None of the six public implementations has one; nobody reports what happens with one.',
  advice: 'Leave out xmlns: the namespace of S3 answers does not belong to these documents.',
  profile: 'core',
  async run(context) {
    for (const name of ['system.xml', 'capacity.xml'] as const) {
      const { body } = await readDocument(context, name);
      if (/\sxmlns(:\w+)?\s*=/.test(body.toString('utf8'))) context.fail(`${name} says an XML namespace.`);
    }
  },
};

const optionalBlocks: BenchCase = {
  id: 'sosapi-optional-blocks',
  group: 'sosapi',
  title: 'APIEndpoints and SystemRecommendations are absent unless used',
  veeamDoes: 'Uses the endpoints and recommendations that system.xml names.',
  mustComeBack: 'No APIEndpoints without IAMSTS, both endpoints with it; no empty SystemRecommendations.',
  severity: 'breaks',
  source:
    'minio#17195, #17202 (empty endpoints were dropped together with the fix of the quotes); cloudserver validator.',
  advice:
    'Leave the whole block out instead of writing it empty. Vendors agree recommended values with Veeam; without an ' +
    'agreement recommend nothing.',
  profile: 'smoke',
  async run(context) {
    expectNoFaults(context, optionalBlockFaults(await readSystem(context)));
  },
};

const recommendations: BenchCase = {
  id: 'sosapi-recommendations',
  group: 'sosapi',
  title: 'Recommended values are integers within their ranges',
  veeamDoes: 'Takes limits and the default block size of new jobs from SystemRecommendations.',
  mustComeBack:
    'S3ConcurrentTaskLimit of at least 1, S3MultiObjectDeleteLimit 1 to 1000, the limit of the whole storage at least ' +
    '0, KbBlockSize 256, 512, 1024, 4096 or 8192.',
  severity: 'unproven',
  source:
    "MinIO source comment that quotes the specification, and cloudserver's validator (which also takes 2048). Four " +
    'spellings of the storage limit are public and none is proven.',
  advice: 'Correct the value or leave the element out; all have defaults at Veeam.',
  profile: 'core',
  async run(context) {
    expectNoFaults(context, recommendationFaults(await readSystem(context)));
  },
};

const uploadSessions: BenchCase = {
  id: 'sosapi-upload-sessions',
  group: 'sosapi',
  title: 'UploadSessions is not advertised without its protocol',
  veeamDoes:
    'Where UploadSessions is true, tells the store which machine it is about to send and asks where to.',
  mustComeBack: 'false, unless the store has the protocol of upload sessions (Smart Entity).',
  severity: 'breaks',
  source:
    'MaxIOFS b953abf: advertised without the protocol, backups failed, taken back. Its wire format is not public.',
  advice:
    'Write false. The bench sees nothing of the protocol here: no object below the reserved prefix but the two ' +
    'documents. A vendor that has implemented it as a partner of Veeam may leave this failure aside.',
  profile: 'smoke',
  async run(context) {
    const { uploadSessions: value } = await readSystem(context);
    if (value !== 'true') return;
    const status = await context.call({ method: 'GET', key: `${SOSAPI_PREFIX}smart-entity-status.xml` });
    if (status.status === 200) {
      context.skip(
        'UploadSessions is true and smart-entity-status.xml is there; the protocol cannot be tested publicly.',
      );
    }
    context.fail('UploadSessions is true, and nothing of its protocol is to be seen.');
  },
};

const iamSts: BenchCase = {
  id: 'sosapi-iam-sts',
  group: 'sosapi',
  title: 'IAMSTS is not advertised without its endpoints',
  veeamDoes:
    'Where IAMSTS is true, offers to make one user for each agent through the IAM and STS endpoints.',
  mustComeBack:
    'false, or APIEndpoints with an IAMEndpoint and an STSEndpoint that answer GetUser and GetCallerIdentity.',
  severity: 'unproven',
  source:
    'Veeam help center names 21 iam actions and sts:GetCallerIdentity; MinIO source comment on the endpoints. No ' +
    'report of a store that advertised it wrongly.',
  advice:
    'Write false until both endpoints answer. Any answer but 404, 405 and 501 to an unsigned call counts as one.',
  profile: 'core',
  async run(context: BenchContext) {
    const system = await readSystem(context);
    if (system.iamSts !== 'true') return;
    const endpoints = [
      ['IAMEndpoint', system.iamEndpoint, 'GetUser&Version=2010-05-08'],
      ['STSEndpoint', system.stsEndpoint, 'GetCallerIdentity&Version=2011-06-15'],
    ] as const;
    for (const [name, url, action] of endpoints) {
      if (url === undefined || url === '') context.fail(`IAMSTS is true, but system.xml has no ${name}.`);
      const fault = await answersIamCalls(url, action, context.signal);
      if (fault !== undefined) context.fail(`IAMSTS is true, but the ${name} ${fault}.`);
    }
  },
};

export const SOSAPI_SYSTEM_CASES: readonly BenchCase[] = [
  quotes,
  shape,
  namespace,
  optionalBlocks,
  recommendations,
  uploadSessions,
  iamSts,
];
