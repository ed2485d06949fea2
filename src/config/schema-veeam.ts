// The keys of the Veeam servers that the gateway talks to. Static types are those after reading.
import Type from 'typebox';
import { count, duration, endpoint, text } from './leaves.ts';
import { certificateFile } from './pem-leaf.ts';
import { secret } from './secret-leaf.ts';
import { fingerprint, httpsUrl, userName } from './veeam-leaves.ts';

const CLOSED = { additionalProperties: false } as const;

const trust = {
  fingerprint: Type.Optional(
    fingerprint(
      "SHA-256 of the server's certificate, for one that no authority signed; it alone is trusted then.",
    ),
  ),
  ca: Type.Optional(certificateFile("PEM file with the authority that signed the server's certificate.")),
};

const login = {
  user: userName('The user, as `DOMAIN\\user` or a local name.'),
  password: secret("The user's password.", 1),
};

const one = Type.Object(
  {
    url: httpsUrl(
      'Where its REST API is, such as `https://one.example.com:1239`.',
      'https://one.example.com:1239',
    ),
    ...login,
    ...trust,
  },
  { ...CLOSED, description: 'Veeam ONE, to compare what it believes.', '~default': 'is not asked' },
);

export const veeam = Type.Object(
  {
    url: httpsUrl(
      'Where the REST API of Veeam Backup & Replication is, such as `https://vbr.example.com:9419`.',
      'https://vbr.example.com:9419',
    ),
    ...login,
    ...trust,
    revision: Type.Optional(
      text({
        pattern: '^[0-9]+\\.[0-9]+-rev[0-9]+$',
        expected: 'a revision such as 1.3-rev0',
        description:
          'The newest revision of the REST API to use; an older one is taken where the server does not know it.',
        '~default': '`1.3-rev0`',
      }),
    ),
    endpoint: Type.Optional(
      endpoint(
        'This gateway as Veeam reaches it, such as `https://s3.example.com:8443`: the service point of its repositories.',
      ),
    ),
    every: duration({
      default: '5m',
      description: 'How often the running gateway compares what Veeam believes with what it serves.',
    }),
    timeout: duration({ default: '30s', description: 'How long one answer of a Veeam server may take.' }),
    warnAbove: count({
      min: 1,
      max: 100,
      default: 5,
      description: 'A difference of more percent of the capacity than this is warned of in the log.',
    }),
    one: Type.Optional(one),
  },
  {
    ...CLOSED,
    description:
      'The Veeam server that uses this gateway: for the `veeam` commands, and to compare capacity.',
    '~default': 'no Veeam server is asked',
  },
);
