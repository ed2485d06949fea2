// The same round in each way that a client of the Veeam family may prove its bodies, in both styles of addressing.
import { isIP } from 'node:net';
import type { BenchCase, Severity } from '../../bench-case.ts';
import type { BenchContext, ClientVariant, PayloadMode } from '../../bench-context.ts';
import { hasElement, said } from '../rows/answer-text.ts';
import { runRound } from './payload-round.ts';

/** Tried first in each style. */
const FIRST_MODE: PayloadMode = 'sha256';

interface Mode {
  readonly mode: PayloadMode;
  readonly severity: Severity;
  readonly what: string;
  readonly source: string;
  readonly advice: string;
}

const HELP_CENTER =
  'Veeam help center: v13 uses SHA-256 and S3UseMd5ContentHash switches to MD5; whether that is the hash of the ' +
  'signature, a checksum header or Content-MD5 is not said';

const MODES: readonly Mode[] = [
  {
    mode: 'sha256',
    severity: 'breaks',
    what: 'the SHA-256 of the body in x-amz-content-sha256',
    source: `${HELP_CENTER}.`,
    advice: 'This is plain Signature V4: compare the hash with the body that came.',
  },
  {
    mode: 'content-md5',
    severity: 'breaks',
    what: 'Content-MD5, and UNSIGNED-PAYLOAD in the signature',
    source: `${HELP_CENTER}.`,
    advice: 'Take UNSIGNED-PAYLOAD with a Content-MD5 that is signed, over plain http too.',
  },
  {
    mode: 'checksum-sha256',
    severity: 'unproven',
    what: 'x-amz-checksum-sha256 besides the SHA-256 of the signature',
    source: `${HELP_CENTER}; minio#20845 and ovh/public-cloud-roadmap#763 for stores that wanted Content-MD5 all the same.`,
    advice: 'Where a call demands a checksum, x-amz-checksum-* must do as well as Content-MD5.',
  },
  {
    mode: 'unsigned',
    severity: 'unproven',
    what: 'UNSIGNED-PAYLOAD in the signature and no checksum but where S3 demands one',
    source: 'Not known of Veeam; SDKs do it over https.',
    advice: 'Take UNSIGNED-PAYLOAD for each call with a body.',
  },
  {
    mode: 'aws-chunked',
    severity: 'unproven',
    what: 'a body in signed chunks (STREAMING-AWS4-HMAC-SHA256-PAYLOAD)',
    source: 'Not known of Veeam; SDKs do it over http. MinIO and cloudserver had to learn it.',
    advice:
      'Store the decoded bytes, their length from x-amz-decoded-content-length, and no aws-chunked in Content-Encoding.',
  },
];

type Addressing = ClientVariant['addressing'];

export function payloadCase(
  { mode, severity, what, source, advice }: Mode,
  addressing: Addressing,
): BenchCase {
  const isVirtual = addressing === 'virtual-hosted';
  const style = isVirtual ? 'the bucket in the host name' : 'the bucket in the path';
  return {
    id: `variant-${mode}-${addressing}`,
    group: 'variant',
    title: `Payload proven by ${mode}, ${addressing} addressing`,
    veeamDoes:
      `Puts, locks, reads, lists and deletes. Here with ${what}, and ${style}: which shape which version of Veeam has ` +
      'is not known, so all are tried.',
    mustComeBack: 'The same as in every other shape: the bytes, the lock, the lists.',
    // Stores without names in DNS for their buckets are in use with Veeam.
    severity: isVirtual ? 'unproven' : severity,
    source: isVirtual ? `${source} No page says which addressing Veeam uses.` : source,
    advice: isVirtual
      ? `${advice} Virtual-hosted style needs *.ENDPOINT in DNS and in the certificate.`
      : advice,
    profile: mode === FIRST_MODE && !isVirtual ? 'smoke' : 'core',
    async run(context) {
      const variant: ClientVariant = { payload: mode, addressing, veeamUserAgent: true };
      if (isVirtual) await needVirtualHosts(context, variant);
      await runRound(context, variant);
    },
  };
}

/** Says so once where a store has no virtual-hosted style; the other modes are skipped then. */
async function needVirtualHosts(context: BenchContext, variant: ClientVariant): Promise<void> {
  const host = context.endpoint?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (isIP(host) !== 0)
    context.skip('The endpoint is an address, and no name of a bucket can stand before one.');
  const missing = await missingVirtualHost(context, variant);
  if (missing === undefined) return;
  if (variant.payload === FIRST_MODE) context.warn(missing);
  context.skip(`The store has no virtual-hosted style (see variant-${FIRST_MODE}-virtual-hosted).`);
}

async function missingVirtualHost(
  context: BenchContext,
  variant: ClientVariant,
): Promise<string | undefined> {
  try {
    // HEAD would not do: a server that reads no bucket from the host takes it as HEAD of the service.
    const answer = await context.call({ method: 'GET', query: [['location']], variant });
    const isBucket = answer.status === 200 && hasElement(context, context.xml(answer), 'LocationConstraint');
    return isBucket
      ? undefined
      : `GET ?location with the bucket in the host name was answered ${said(answer)}: no virtual-hosted style here.`;
  } catch (error) {
    context.signal.throwIfAborted();
    return `No answer with the bucket in the host name: ${(error as Error).message}.`;
  }
}

export const PAYLOAD_VARIANTS: readonly BenchCase[] = (['path', 'virtual-hosted'] as const).flatMap(
  (addressing) => MODES.map((mode) => payloadCase(mode, addressing)),
);
