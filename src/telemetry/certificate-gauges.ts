// When the certificates of the listeners expire, as a Prometheus gauge. How many there are is for config to say.
import { Gauge, type Registry } from 'prom-client';

/** One certificate of one listener. */
export interface ShownCertificate {
  /** `s3[0]` or `admin`. */
  readonly listener: string;
  /** A host name of it, or `default`. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly notAfterMs: number;
}

export interface CertificateMetrics {
  /** Replaces all that was shown. Of two that are called the same the one that expires first counts. */
  show(certificates: readonly ShownCertificate[]): void;
}

export function createCertificateGauges(registry: Registry): CertificateMetrics {
  const notAfter = new Gauge({
    name: 'sosapi_gateway_certificate_not_after_seconds',
    help: 'When a certificate of a listener, or one of its chain, expires: seconds since 1970.',
    labelNames: ['listener', 'name'] as const,
    registers: [registry],
  });
  return {
    show(certificates) {
      notAfter.reset();
      for (const { listener, name, notAfterMs } of certificates.toSorted(
        (a, b) => b.notAfterMs - a.notAfterMs,
      )) {
        notAfter.set({ listener, name }, notAfterMs / 1000);
      }
    },
  };
}
