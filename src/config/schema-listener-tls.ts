// The keys of `tls` of a listener. It is one schema for every listener that may be HTTPS: take `listenerTls` as it is
// (`tls: Type.Optional(listenerTls)`); cross-check-listeners.ts checks it wherever `listeners` has a `tls`, build-listener.ts
// builds it, and serve/certificate-options.ts makes of it what `tls.createServer` and `https.createServer` take.
import { isIP } from 'node:net';
import Type from 'typebox';
import { leaf, WrongValue } from './leaf.ts';
import { keyFile, listenerCertificateFile } from './pem-leaf.ts';

const CLOSED = { additionalProperties: false } as const;
const LABEL = '[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?';

/** RFC 6066 section 3: literal addresses are not permitted there. */
const NOT_ASKED_FOR = ': clients that connect to one ask for no name and get the certificate in cert';

const certificateName = leaf(
  { type: 'string', pattern: `^(?=.{1,253}$)(\\*\\.)?${LABEL}(\\.${LABEL})*$`, description: 'A host name.' },
  {
    expected: 'a host name such as s3.example.com, or *.example.com for each name one label longer',
    read: (written: string) => {
      if (isIP(written) !== 0)
        throw new WrongValue(`expected a host name, found the address ${written}${NOT_ASKED_FOR}`);
      return written.toLowerCase();
    },
  },
);

const namedCertificate = Type.Object(
  {
    cert: listenerCertificateFile('PEM file with the certificate and its chain.'),
    key: keyFile('PEM file with its private key.'),
    names: Type.Optional(
      Type.Array(certificateName, {
        minItems: 1,
        description: 'Host names that clients get it for; `*.` stands for one label.',
        '~default': 'those in the certificate',
      }),
    ),
  },
  CLOSED,
);

export const listenerTls = Type.Object(
  {
    cert: listenerCertificateFile(
      'PEM file with the certificate and its chain; for clients that ask for no name, or for one that no other certificate is for.',
    ),
    key: keyFile('PEM file with its private key.'),
    minVersion: Type.Enum(['TLSv1.2', 'TLSv1.3'], {
      default: 'TLSv1.2',
      description: 'The oldest version that is spoken.',
    }),
    certificates: Type.Array(namedCertificate, {
      default: [],
      description: 'Further certificates, each for clients that ask for one of its names (SNI).',
    }),
  },
  { ...CLOSED, description: 'Makes it HTTPS.', '~default': 'plain HTTP' },
);

/** A `tls` after reading, in the shape of the file. */
export type ListenerTlsTree = Type.Static<typeof listenerTls>;
