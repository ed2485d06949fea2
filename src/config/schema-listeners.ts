// The keys of the two kinds of listeners.
import Type from 'typebox';
import { count, text } from './leaves.ts';
import { certificateFile, keyFile } from './pem-leaf.ts';

const CLOSED = { additionalProperties: false } as const;

const host = text({
  pattern: '^[^\\s/\\[\\]]{1,253}$',
  expected: 'a host name or an IP address without brackets, such as 127.0.0.1 or ::',
  description: 'The address to listen on.',
});
const port = count({ min: 0, max: 65_535, description: 'The port; 0 means any free one.' });

const listenerTls = Type.Object(
  {
    cert: certificateFile('PEM file with the certificate and its chain.'),
    key: keyFile('PEM file with the private key.'),
    minVersion: Type.Enum(['TLSv1.2', 'TLSv1.3'], {
      default: 'TLSv1.2',
      description: 'The oldest version that is spoken.',
    }),
  },
  { ...CLOSED, description: 'Makes it HTTPS.', '~default': 'plain HTTP' },
);

export const listeners = Type.Object(
  {
    s3: Type.Array(Type.Object({ host, port, tls: Type.Optional(listenerTls) }, CLOSED), {
      minItems: 1,
      default: [{ host: '127.0.0.1', port: 8080 }],
      description: 'Where S3 clients connect.',
    }),
    admin: Type.Object(
      { host, port },
      {
        ...CLOSED,
        default: { host: '127.0.0.1', port: 8081 },
        description: 'Health, metrics and the admin API.',
      },
    ),
  },
  { ...CLOSED, default: {}, description: 'Where the gateway listens.' },
);
