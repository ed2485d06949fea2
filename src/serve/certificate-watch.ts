// Looks after the certificates that are served: shows when each expires, and warns in good time.
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { CertificateMetrics } from '../telemetry/certificate-gauges.ts';
import type { Logger } from '../telemetry/logger.ts';
import {
  daysLeft,
  type ServedCertificate,
  servedCertificates,
  timeText,
  whyRefused,
  worseCertificates,
} from './certificate-list.ts';

/** Days before the end at which it is said, once each. */
export const WARNING_DAYS = [30, 14, 7, 1] as const;
const LOOK_EVERY_MS = 3_600_000;

export interface CertificateWatchOptions {
  readonly metrics: CertificateMetrics;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly everyMs?: number;
}

/** What was last said of a certificate; what is said next is worse. */
type Stage = 'good' | 'not-yet' | 'expired' | (typeof WARNING_DAYS)[number];

export class CertificateWatch {
  readonly #options: CertificateWatchOptions;
  #config: GatewayConfig;
  /** By place and fingerprint. */
  #said = new Map<string, Stage>();
  #timer: NodeJS.Timeout | undefined;

  constructor(config: GatewayConfig, options: CertificateWatchOptions) {
    this.#config = config;
    this.#options = options;
    this.#look();
    this.#timer = setInterval(() => this.#look(), options.everyMs ?? LOOK_EVERY_MS).unref();
  }

  /** Throws, with a sentence, where another config has a certificate that clients refuse and this one has not. */
  check(next: GatewayConfig): void {
    const worse = worseCertificates(this.#config, next, this.#options.wallClock());
    if (worse.length > 0) throw new Error(worse.join('; '));
  }

  /** Another config is served now. */
  replace(config: GatewayConfig): void {
    this.#config = config;
    this.#look();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const { metrics, wallClock } = this.#options;
    const now = wallClock();
    const certificates = servedCertificates(this.#config);
    metrics.show(certificates);
    const said = new Map<string, Stage>();
    for (const certificate of certificates) {
      const key = `${certificate.place} ${certificate.fingerprint}`;
      const stage = stageOf(certificate, now);
      said.set(key, stage);
      if (stage !== this.#said.get(key)) this.#say(certificate, stage, now);
    }
    this.#said = said;
  }

  #say(certificate: ServedCertificate, stage: Stage, now: number): void {
    if (stage === 'good') return;
    const { logger } = this.#options;
    const { place, name, file, notAfterMs } = certificate;
    const fields = { certificate: place, name, file, notAfter: timeText(notAfterMs) };
    const refused = whyRefused(certificate, now);
    if (refused !== undefined) {
      logger.error(fields, refused);
      return;
    }
    const days = daysLeft(certificate, now);
    const left = days < 1 ? 'in less than a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
    logger.warn({ ...fields, days }, `the certificate in ${file} expires ${left}: renew it, and reload`);
  }
}

function stageOf(certificate: ServedCertificate, now: number): Stage {
  if (now >= certificate.notAfterMs) return 'expired';
  if (now < certificate.notBeforeMs) return 'not-yet';
  const days = daysLeft(certificate, now);
  return WARNING_DAYS.findLast((each) => days < each) ?? 'good';
}
