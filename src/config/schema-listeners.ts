// The keys of the kinds of listeners.
import Type from 'typebox';
import { count, text } from './leaves.ts';
import { listenerTls } from './schema-listener-tls.ts';

const CLOSED = { additionalProperties: false } as const;

const host = text({
  pattern: '^[^\\s/\\[\\]]{1,253}$',
  expected: 'a host name or an IP address without brackets, such as 127.0.0.1 or ::',
  description: 'The address to listen on.',
});
const port = count({ min: 0, max: 65_535, description: 'The port; 0 means any free one.' });

export const listeners = Type.Object(
  {
    s3: Type.Array(Type.Object({ host, port, tls: Type.Optional(listenerTls) }, CLOSED), {
      minItems: 1,
      default: [{ host: '127.0.0.1', port: 8080 }],
      description: 'Where S3 clients connect.',
    }),
    admin: Type.Object(
      { host, port, tls: Type.Optional(listenerTls) },
      {
        ...CLOSED,
        default: { host: '127.0.0.1', port: 8081 },
        description:
          'The dashboard, the admin API, health and metrics. On an address that is not a loopback one it needs `tls` and a token under `admin.tokens`.',
      },
    ),
    health: Type.Optional(
      Type.Object(
        {
          host,
          port,
          metrics: Type.Boolean({ default: false, description: 'Whether `/metrics` is there too.' }),
        },
        {
          ...CLOSED,
          description:
            '`/healthz` and `/readyz` by themselves, on an address where load balancers and kubelets reach them. It asks for no login and names no store.',
          '~default': 'only at the admin listener',
        },
      ),
    ),
  },
  { ...CLOSED, default: {}, description: 'Where the gateway listens.' },
);
