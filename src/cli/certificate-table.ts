// The certificates of the listeners as `check` shows them.
import type { GatewayConfig } from '../config/gateway-config.ts';
import {
  daysLeft,
  type ServedCertificate,
  servedCertificates,
  timeText,
  whyRefused,
} from '../serve/certificate-list.ts';
import { renderTable } from './table.ts';

export interface CheckedCertificate
  extends Pick<ServedCertificate, 'place' | 'name' | 'file' | 'fingerprint'> {
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whole days, below zero where it has expired. */
  readonly daysLeft: number;
  /** Why clients refuse it; undefined where they take it. */
  readonly problem: string | undefined;
}

/** `nowMs`: milliseconds since 1970. */
export function checkCertificates(config: GatewayConfig, nowMs: number): readonly CheckedCertificate[] {
  return servedCertificates(config).map((certificate) => {
    const { place, name, file, fingerprint, notBeforeMs, notAfterMs } = certificate;
    return {
      place,
      name,
      file,
      fingerprint,
      notBefore: new Date(notBeforeMs).toISOString(),
      notAfter: new Date(notAfterMs).toISOString(),
      daysLeft: daysLeft(certificate, nowMs),
      problem: whyRefused(certificate, nowMs),
    };
  });
}

/** Empty where there are none. */
export function certificateTable(certificates: readonly CheckedCertificate[]): string {
  if (certificates.length === 0) return '';
  return renderTable<CheckedCertificate>(
    [
      { title: 'CERTIFICATE', text: ({ place }) => place },
      { title: 'NAME', text: ({ name }) => name },
      { title: 'EXPIRES', text: ({ notAfter }) => timeText(Date.parse(notAfter)) },
      { title: 'DAYS', align: 'right', text: (each) => String(each.daysLeft) },
      { title: 'PROBLEM', text: ({ problem }) => problem ?? '-' },
    ],
    certificates,
  );
}
