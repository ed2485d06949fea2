// The keys of traces.
import Type from 'typebox';
import { leaf } from './leaf.ts';
import { text } from './leaves.ts';
import { certificateFile } from './pem-leaf.ts';
import { secret } from './secret-leaf.ts';
import { apiUrl } from './url-leaf.ts';

const CLOSED = { additionalProperties: false } as const;

const sampleRatio = leaf<number>(
  {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.01,
    description: 'Which part of the requests is traced that come without a trace of their own: 1 is all.',
  },
  { expected: 'a number from 0 to 1', read: (written: number) => written },
);

const header = Type.Object(
  {
    name: text({
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$",
      expected: 'the name of a header',
      description: 'Its name.',
    }),
    value: secret('Its value.', 1),
  },
  CLOSED,
);

export const tracing = Type.Object(
  {
    endpoint: apiUrl(
      'Where spans are sent, as OTLP over HTTP; without a path, to `/v1/traces` there.',
      'http://127.0.0.1:4318',
    ),
    ca: Type.Optional(certificateFile('PEM file with the authority that signed its certificate.')),
    headers: Type.Array(header, { default: [], description: 'Headers that are sent along.' }),
    sampleRatio,
    serviceName: text({
      pattern: '^[!-~]{1,64}$',
      expected: '1 to 64 printable ASCII characters without spaces',
      default: 'sosapi-gateway',
      description: '`service.name` of the spans.',
    }),
    keys: Type.Boolean({ default: false, description: 'Whether spans name the keys of objects.' }),
  },
  {
    ...CLOSED,
    description: 'Traces for OpenTelemetry, see docs/tracing.md.',
    '~default': 'none are made',
  },
);
