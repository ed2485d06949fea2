// An IP address or a network in CIDR form.
import { isIP } from 'node:net';
import type Type from 'typebox';
import { leaf, required, WrongValue } from './leaf.ts';

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

export function addressOrNetwork(): Type.TUnsafe<string> {
  return leaf(
    { type: 'string', pattern: '^[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?$' },
    {
      expected: 'an IP address or a network such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32',
      read: (written: string) => {
        const [address = '', bits] = written.split('/');
        const most = required(BITS[isIP(address)]);
        if (bits !== undefined && Number(bits) > most) throw new WrongValue();
        return written;
      },
    },
  );
}
