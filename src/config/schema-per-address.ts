// The keys of what one client address may take up.
import Type from 'typebox';
import { addressOrNetwork } from './address-leaf.ts';
import { count, duration } from './leaves.ts';

export const perAddress = Type.Object(
  {
    incompleteHeads: count({
      min: 0,
      max: 1_000_000,
      default: 1024,
      description:
        'Connections whose request head is not complete yet; further ones are closed. 0 means any number.',
    }),
    failedSignatures: count({
      min: 0,
      max: 1_000_000,
      default: 200,
      description:
        'How many more wrong than right signatures in one `window`; then its requests get 503 for one. 0 means any number.',
    }),
    window: duration({
      default: '10s',
      description: 'How long wrong signatures count together, and how long an address is then refused.',
    }),
    exempt: Type.Array(addressOrNetwork(), {
      default: ['127.0.0.0/8', '::1'],
      description:
        'Addresses and networks in CIDR form without these limits: name a load balancer here, which shows one address for all.',
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'What one client address may take up; an IPv6 address counts by its /64 network.',
  },
);
