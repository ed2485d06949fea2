// TLS versions and the certificate of an https endpoint.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { certificateFaults } from './certificate-rules.ts';
import { type Handshake, shakeHands } from './tls-probe.ts';

function handshake(context: BenchContext, version: 'TLSv1.2' | 'TLSv1.3'): Promise<Handshake> {
  const { endpoint, ca, signal } = context;
  if (endpoint === undefined) context.skip('The bench does not know the endpoint.');
  if (endpoint.protocol !== 'https:')
    context.skip('The endpoint is plain http; agents of Veeam talk https only.');
  return shakeHands({ endpoint, version, ca, signal });
}

const versions: BenchCase = {
  id: 'precondition-tls-versions',
  group: 'precondition',
  title: 'TLS 1.2 and 1.3 are offered',
  veeamDoes: 'Components of v13 use TLS 1.3 and 1.2.',
  mustComeBack: 'A handshake in at least one of both; in both, or it is a warning.',
  severity: 'breaks',
  source: 'Veeam help center, cipher suites and protocols (v13).',
  advice: 'Switch on TLS 1.2 and 1.3. Older Windows machines with agents have 1.2 only.',
  profile: 'core',
  async run(context) {
    const [older, newer] = [await handshake(context, 'TLSv1.2'), await handshake(context, 'TLSv1.3')];
    if (older.protocol === undefined && newer.protocol === undefined) {
      context.fail(`Neither TLS 1.2 (${older.error}) nor TLS 1.3 (${newer.error}) comes about.`);
    }
    if (older.protocol === undefined) context.warn(`TLS 1.2 does not come about: ${older.error}.`);
    if (newer.protocol === undefined) context.warn(`TLS 1.3 does not come about: ${newer.error}.`);
  },
};

const certificate: BenchCase = {
  id: 'precondition-certificate',
  group: 'precondition',
  title: 'The certificate is valid for the name, trusted, and not about to end',
  veeamDoes:
    'Checks the certificate of the endpoint, also whether it was revoked, where it can reach the lists.',
  mustComeBack: 'A chain to a trusted authority, the name of the endpoint in it, and 30 days or more to go.',
  severity: 'unproven',
  source:
    'Veeam help center and KB4373 (revocation lists), KB4735 (authorities of agents). Somebody may have told Veeam to ' +
    'trust another certificate, so this is a warning.',
  advice:
    'Put the name of the endpoint into the certificate, send the intermediate certificates along, and renew in time.',
  profile: 'core',
  async run(context) {
    const newer = await handshake(context, 'TLSv1.3');
    const shaken = newer.protocol === undefined ? await handshake(context, 'TLSv1.2') : newer;
    if (shaken.protocol === undefined)
      context.skip('No handshake comes about (see precondition-tls-versions).');
    const faults = certificateFaults(shaken, context.now());
    if (faults.length > 0) context.fail(faults.join(' '));
  },
};

export const TLS_PRECONDITIONS: readonly BenchCase[] = [versions, certificate];
