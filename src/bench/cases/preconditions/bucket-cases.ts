// How the bucket must be set up before Veeam is pointed at it.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext, S3Answer } from '../../bench-context.ts';
import { expectStatus } from '../expect-status.ts';
import { hasElement, said, textAt } from '../rows/answer-text.ts';
import { LISTING_ROOT, type ListingKind, listPage } from '../rows/listing-call.ts';
import { blockKey } from '../veeam-layout.ts';
import { lifecycleFault } from './lifecycle-rules.ts';

const LIMITATIONS = 'Veeam help center, limitations of S3 compatible object storage (v13)';

async function lockConfiguration(context: BenchContext): Promise<S3Answer | undefined> {
  const answer = await context.call({ method: 'GET', query: [['object-lock']] });
  expectStatus(context, answer, 'GET ?object-lock', 200, 404);
  return answer.status === 200 ? answer : undefined;
}

const versioning: BenchCase = {
  id: 'precondition-versioning',
  group: 'precondition',
  title: 'Versioning and object lock are on together',
  veeamDoes: 'Reads ?versioning and ?object-lock when immutability is switched on for a repository.',
  mustComeBack: 'Status Enabled, no MFA delete, and ObjectLockEnabled Enabled.',
  severity: 'breaks',
  source: `${LIMITATIONS}.`,
  advice:
    'Make the bucket with object lock, which switches versioning on; both must be on before Veeam uses it, and must ' +
    'not be changed. A bucket for a repository without immutability has neither: bench such a store with a bucket that has.',
  profile: 'smoke',
  async run(context) {
    const answer = await context.call({ method: 'GET', query: [['versioning']] });
    expectStatus(context, answer, 'GET ?versioning', 200);
    const document = context.xml(answer);
    const status = textAt(context, document, 'VersioningConfiguration', 'Status');
    const mfa = textAt(context, document, 'VersioningConfiguration', 'MfaDelete');
    const lock = await lockConfiguration(context);
    const enabled =
      lock === undefined
        ? undefined
        : textAt(context, context.xml(lock), 'ObjectLockConfiguration', 'ObjectLockEnabled');
    if (mfa === 'Enabled') context.fail('MFA delete is on: Veeam could delete nothing.');
    if (status !== 'Enabled' || enabled !== 'Enabled') {
      context.fail(
        `Versioning is ${status ?? 'off'} and object lock is ${enabled ?? 'off'}; both must be Enabled.`,
      );
    }
  },
};

const noDefaultRetention: BenchCase = {
  id: 'precondition-no-default-retention',
  group: 'precondition',
  title: 'The bucket has no default retention',
  veeamDoes: 'Reads ?object-lock and refuses a bucket with a default retention.',
  mustComeBack:
    'No Rule in the object lock configuration, and no lock on an object that was written without one.',
  severity: 'breaks',
  source: `${LIMITATIONS}; "unable to use backup immutability: the default retention is not supported" (MaxIOFS).`,
  advice:
    'Remove the Rule from the object lock configuration of the bucket. Veeam locks each object by itself.',
  profile: 'smoke',
  async run(context) {
    const lock = await lockConfiguration(context);
    if (lock !== undefined && hasElement(context, context.xml(lock), 'ObjectLockConfiguration', 'Rule')) {
      context.fail('The object lock configuration has a Rule, a default retention.');
    }
    const key = blockKey(context.prefix, 0);
    await context.put(key, 'no lock');
    const head = await context.call({ method: 'HEAD', key });
    const mode = head.headers.get('x-amz-object-lock-mode');
    if (mode !== undefined)
      context.fail(`An object that was written without a lock is locked in ${mode} mode.`);
  },
};

const noLifecycle: BenchCase = {
  id: 'precondition-no-lifecycle',
  group: 'precondition',
  title: 'The bucket has no lifecycle rules',
  veeamDoes: 'Deletes what it no longer needs by itself; does not look at lifecycle rules.',
  mustComeBack:
    '404 NoSuchLifecycleConfiguration, or no rule that is enabled. A store without lifecycle may say 501 or 405.',
  severity: 'breaks',
  source: `${LIMITATIONS}; minio#12630 (405 on blocks after three weeks: a rule had made delete markers).`,
  advice: 'Remove the rules. One that only ends unfinished multipart uploads is a warning.',
  profile: 'smoke',
  async run(context) {
    const answer = await context.call({ method: 'GET', query: [['lifecycle']] });
    if ([403, 404, 405, 501].includes(answer.status)) {
      if (answer.status === 403)
        context.skip('The credentials may not read ?lifecycle: look at the rules by hand.');
      return;
    }
    expectStatus(context, answer, 'GET ?lifecycle', 200, 404);
    const rules = context.list(context.xml(answer), 'LifecycleConfiguration', 'Rule').map((rule) => ({
      id: textAt(context, rule, 'ID') ?? '',
      status: textAt(context, rule, 'Status') ?? '',
      actions: typeof rule === 'object' && rule !== null ? Object.keys(rule) : [],
    }));
    const fault = lifecycleFault(rules);
    if (fault?.isHarmless === true) context.warn(fault.message);
    if (fault !== undefined) context.fail(fault.message);
  },
};

const noReplication: BenchCase = {
  id: 'precondition-no-replication',
  group: 'precondition',
  title: 'The bucket is not replicated',
  veeamDoes: 'Does not support replication of the bucket by the store.',
  mustComeBack: '404 ReplicationConfigurationNotFoundError, or no rule that is enabled.',
  severity: 'unproven',
  source: `${LIMITATIONS}. It is not supported; what breaks is not said.`,
  advice: 'Remove the replication of the bucket, or use SOBR copies instead.',
  profile: 'core',
  async run(context) {
    const answer = await context.call({ method: 'GET', query: [['replication']] });
    if (answer.status !== 200) return;
    const rules = context.list(context.xml(answer), 'ReplicationConfiguration', 'Rule');
    const enabled = rules.filter((rule) => textAt(context, rule, 'Status') === 'Enabled');
    if (enabled.length > 0) context.fail(`The bucket has ${enabled.length} enabled replication rules.`);
  },
};

const KINDS: readonly ListingKind[] = ['v1', 'v2', 'versions'];

const storageClass: BenchCase = {
  id: 'precondition-storage-class',
  group: 'precondition',
  title: 'What is written has the class STANDARD',
  veeamDoes: 'Writes without a storage class, and looks at the class in answers.',
  mustComeBack: 'No x-amz-storage-class or STANDARD in HEAD and GET; STANDARD in the three lists.',
  severity: 'breaks',
  source:
    'minio#19748: Veeam refused objects of another class; a comment there says so of version 14 and later.',
  advice: 'Make the default of the bucket STANDARD, or say STANDARD for what is kept in a class of your own.',
  profile: 'smoke',
  async run(context) {
    const key = blockKey(context.prefix, 0);
    await context.put(key, context.bytes(1000));
    for (const method of ['HEAD', 'GET'] as const) {
      const answer = await context.call({ method, key });
      expectStatus(context, answer, `${method} of an object`, 200);
      const value = answer.headers.get('x-amz-storage-class');
      if (value !== undefined && value !== 'STANDARD')
        context.fail(`${method} says the storage class ${value}.`);
    }
    for (const kind of KINDS) {
      const { document } = await listPage(context, kind, { prefix: key });
      const name = kind === 'versions' ? 'Version' : 'Contents';
      const entry = context.list(document, LISTING_ROOT[kind], name)[0];
      const value = textAt(context, entry, 'StorageClass');
      if (entry === undefined) context.fail(`A list of kind ${kind} does not hold the object.`);
      if (value === undefined)
        context.warn(`A list of kind ${kind} says no StorageClass; a parser may miss it (rustfs#969).`);
      if (value !== 'STANDARD') context.fail(`A list of kind ${kind} says the storage class ${value}.`);
    }
  },
};

const FAR_SECONDS = 15 * 60;
const NEAR_SECONDS = 5;

const clock: BenchCase = {
  id: 'precondition-clock',
  group: 'precondition',
  title: 'The clocks agree',
  veeamDoes: 'Signs each request with its own clock, and sets dates of locks by it.',
  mustComeBack: `A Date header within ${NEAR_SECONDS} s of this machine's clock (a warning), and of 15 minutes in any case.`,
  severity: 'breaks',
  source: 'AWS Signature V4: requests that are 15 minutes off are refused (RequestTimeTooSkewed).',
  advice: 'Set both clocks by NTP. The bench can only compare with the machine that it runs on.',
  profile: 'smoke',
  async run(context) {
    const sent = context.now();
    const answer = await context.call({ method: 'HEAD' });
    const received = context.now();
    if (answer.code === 'RequestTimeTooSkewed')
      context.fail('The store refuses requests of this machine as too old or too new.');
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(date))
      context.warn(`HEAD of the bucket (${said(answer)}) has no Date header, so nothing can be compared.`);
    // Date has whole seconds, cut off.
    const seconds = Math.max(0, (sent - (date + 1000)) / 1000, (date - received) / 1000);
    context.figure('seconds between the clocks', seconds);
    if (seconds > FAR_SECONDS) context.fail(`The clocks are ${Math.round(seconds)} s apart.`);
    if (seconds > NEAR_SECONDS) context.warn(`The clocks are ${Math.round(seconds)} s apart.`);
  },
};

export const BUCKET_PRECONDITIONS: readonly BenchCase[] = [
  versioning,
  noDefaultRetention,
  noLifecycle,
  noReplication,
  storageClass,
  clock,
];
