// The keys of the link between several gateways on one store. Static types are those after reading.
import Type from 'typebox';
import { parseGatewayAddress } from './gateway-address.ts';
import { leaf, required } from './leaf.ts';
import { count, text } from './leaves.ts';
import { secret } from './secret-leaf.ts';

const CLOSED = { additionalProperties: false } as const;
/** 32 characters of base64 are 192 bits. */
const SHORTEST_SECRET = 32;

const gatewayAddress = leaf(
  { type: 'string', description: 'A gateway.' },
  {
    expected: 'HOST:PORT, such as 192.0.2.12:8083 or [2001:db8::12]:8083',
    read: (written: string) => required(parseGatewayAddress(written)),
  },
);

export const peers = Type.Object(
  {
    listen: Type.Object(
      {
        host: text({
          pattern: '^[^\\s/\\[\\]]{1,253}$',
          expected: 'a host name or an IP address without brackets, such as 192.0.2.11 or ::',
          description: 'The address where the other gateways call, best in a network of their own.',
        }),
        port: count({ min: 1, max: 65_535, description: 'The port.' }),
      },
      { ...CLOSED, description: 'Where this gateway tells the others what passed through it.' },
    ),
    gateways: Type.Array(gatewayAddress, {
      minItems: 1,
      maxItems: 16,
      description:
        '`listen` of the other gateways, as `HOST:PORT`. This one may be among them, so that all have the same list.',
    }),
    secret: secret(
      'What all of them know and nobody else: who has it may tell them how full the store is. `openssl rand -base64 32` makes one.',
      SHORTEST_SECRET,
    ),
  },
  {
    ...CLOSED,
    description:
      'Other gateways on the same stores, whose backends have the same names: each tells the others what passes through it, so that all give the same capacity.',
    '~default': 'this gateway is alone',
  },
);
