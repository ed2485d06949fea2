// With Veeam's user agent and without: the answers must be the same.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext, S3Call } from '../../bench-context.ts';
import { SOSAPI_PREFIX } from '../rows/sosapi-document.ts';
import { runRound } from '../variants/payload-round.ts';
import { blockKey, checkpointKey } from '../veeam-layout.ts';
import { firstDifference, shapeOf } from './answer-shape.ts';

async function readsOf(context: BenchContext): Promise<readonly S3Call[]> {
  const key = checkpointKey(context.prefix);
  const { versionId } = await context.put(key, context.bytes(5000, 'read'));
  const list = [['prefix', context.prefix]] as const;
  return [
    { method: 'HEAD' },
    { method: 'GET', query: [['versioning']] },
    { method: 'GET', query: [['object-lock']] },
    { method: 'GET', key },
    { method: 'HEAD', key, query: versionId === '' ? [] : [['versionId', versionId]] },
    { method: 'GET', key: blockKey(context.prefix, 1) },
    { method: 'GET', query: [['list-type', '2'], ...list] },
    { method: 'GET', query: [['versions'], ...list] },
    // Used by MinIO as a hint to look at one key alone.
    { method: 'GET', query: [['versions'], ['prefix', `${key}.blk`]] },
    { method: 'GET', key: `${SOSAPI_PREFIX}system.xml` },
    { method: 'GET', key: `${SOSAPI_PREFIX}unknown.xml` },
  ];
}

const sameAnswers: BenchCase = {
  id: 'variant-user-agent',
  group: 'variant',
  title: "Answers do not depend on Veeam's user agent",
  veeamDoes:
    'Sends the user agent "APN/1.0 Veeam/1.0 Backup/10.0" (seen by MinIO in 2020; no newer one is public).',
  mustComeBack: 'The same status, headers and body with another user agent.',
  severity: 'unproven',
  source:
    'minio#10893 and RustFS look for the text, and nobody uses it as a gate; newer versions of Veeam may send another.',
  advice:
    'Do not decide by the user agent: it is not part of the protocol, and agents, proxies and new versions differ.',
  profile: 'core',
  // Some stores say in HEAD of the bucket how much is in it (RGW: x-rgw-bytes-used).
  alone: true,
  async run(context) {
    for (const read of await readsOf(context)) {
      const [veeam, other] = [true, false].map((veeamUserAgent) => ({
        ...read,
        variant: { veeamUserAgent },
      }));
      if (veeam === undefined || other === undefined) return;
      const [withIt, without] = [await context.call(veeam), await context.call(other)];
      const asked = (read.query ?? []).map(([name]) => name).join('&');
      const what = `${read.method} of ${read.key ?? (asked === '' ? 'the bucket' : `?${asked}`)}`;
      const difference = firstDifference(shapeOf(without), shapeOf(withIt));
      if (difference !== undefined) context.fail(`${what} without Veeam's user agent has ${difference}.`);
      if (withIt.status < 300 && !withIt.body.equals(without.body)) {
        context.fail(`${what} has another body without Veeam's user agent.`);
      }
    }
  },
};

const otherAgent: BenchCase = {
  id: 'variant-other-user-agent',
  group: 'variant',
  title: 'A round with a user agent that is not known as that of Veeam',
  veeamDoes: 'May send another user agent than the one that is public: agents and new versions.',
  mustComeBack: 'The same as with it.',
  severity: 'breaks',
  source: 'The only user agent that is public is from 2020 (minio#10893).',
  advice: 'Do not decide by the user agent.',
  profile: 'core',
  run: (context) => runRound(context, { payload: 'sha256', addressing: 'path', veeamUserAgent: false }),
};

export const USER_AGENT_VARIANTS: readonly BenchCase[] = [sameAnswers, otherAgent];
