// The certificates of all listeners as one list, and what is to be said of the time that they are good for.
import { X509Certificate } from 'node:crypto';
import type { CertificateConfig, GatewayConfig, ListenerTls } from '../config/gateway-config.ts';
import { splitCertificates } from '../config/pem-leaf.ts';

export interface ServedCertificate {
  /** Where config names it: `listeners.s3[0].tls`, with `.certificates[1]` behind it for a further one. */
  readonly place: string;
  /** `s3[0]` or `admin`: which listener presents it. */
  readonly listener: string;
  /** The first of its names that it is for; `default` where it is for no name of its own. */
  readonly name: string;
  /** The file it was read from, absolute. */
  readonly file: string;
  /** Of the certificate itself, SHA-256. */
  readonly fingerprint: string;
  /** Milliseconds since 1970; of the one of its chain that is good last. */
  readonly notBeforeMs: number;
  /** Milliseconds since 1970; of the one of its chain that expires first. */
  readonly notAfterMs: number;
}

const DAY_MS = 86_400_000;

/** In the order of the config. */
export function servedCertificates({ listeners }: GatewayConfig): readonly ServedCertificate[] {
  return [
    ...listeners.s3.map(({ tls }, index) => ({ tls, listener: `s3[${index}]` })),
    { tls: listeners.admin.tls, listener: 'admin' },
  ].flatMap(({ tls, listener }) => (tls === undefined ? [] : ofListener(tls, listener)));
}

function ofListener(tls: ListenerTls, listener: string): readonly ServedCertificate[] {
  const place = `listeners.${listener}.tls`;
  return [
    served(tls, listener, place),
    ...tls.certificates.map((each, index) => served(each, listener, `${place}.certificates[${index}]`)),
  ];
}

function served(
  { cert, certFile, names }: CertificateConfig,
  listener: string,
  place: string,
): ServedCertificate {
  const chain = splitCertificates(cert).map((pem) => new X509Certificate(pem));
  return {
    place,
    listener,
    name: names[0] ?? 'default',
    file: certFile,
    fingerprint: chain[0]?.fingerprint256 ?? '',
    notBeforeMs: Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime())),
    notAfterMs: Math.min(...chain.map(({ validToDate }) => validToDate.getTime())),
  };
}

/** Whole days that it is still good for, rounded down; below zero where it has expired. */
export function daysLeft({ notAfterMs }: ServedCertificate, nowMs: number): number {
  return Math.floor((notAfterMs - nowMs) / DAY_MS);
}

/** Undefined where clients take it now; else a sentence's half that says why not and what to do. */
export function whyRefused(certificate: ServedCertificate, nowMs: number): string | undefined {
  const { file, notBeforeMs, notAfterMs } = certificate;
  if (nowMs >= notAfterMs) {
    return `the certificate in ${file} expired at ${timeText(notAfterMs)}: clients refuse it; put a renewed one in its place`;
  }
  if (nowMs < notBeforeMs) {
    return `the certificate in ${file} is not valid before ${timeText(notBeforeMs)}: clients refuse it; wait, or set the clock right`;
  }
  return undefined;
}

/**
 * What another config would make worse: certificates that clients refuse now, and that are not served already. A gateway
 * that runs does not exchange a good certificate for one of these.
 */
export function worseCertificates(
  before: GatewayConfig,
  after: GatewayConfig,
  nowMs: number,
): readonly string[] {
  const known = new Set(servedCertificates(before).map(({ fingerprint }) => fingerprint));
  return servedCertificates(after).flatMap((certificate) => {
    const why = known.has(certificate.fingerprint) ? undefined : whyRefused(certificate, nowMs);
    return why === undefined ? [] : [`${certificate.place}: ${why}`];
  });
}

export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
