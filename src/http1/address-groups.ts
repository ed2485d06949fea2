// Under which name a client's address is counted where limits are per address.
import net from 'node:net';

/** The name to count an address under; undefined where it is exempt, or where there is none (a socket in the file system). */
export type AddressGroups = (address: string) => string | undefined;

/**
 * IPv4 addresses count each for itself, also where a socket shows them as `::ffff:192.0.2.1`; IPv6 addresses by their
 * first 64 bits, since one host has all that follows to choose from (RFC 4291, section 2.5.4).
 * `exempt` holds addresses and networks in CIDR form; throws where one is neither.
 */
export function createAddressGroups(exempt: readonly string[]): AddressGroups {
  const exempted = new net.BlockList();
  for (const text of exempt) addTo(exempted, text);
  return (address) => {
    const [bare = ''] = address.split('%');
    const version = net.isIP(bare);
    if (version === 0) return undefined;
    if (exempt.length > 0 && exempted.check(bare, version === 4 ? 'ipv4' : 'ipv6')) return undefined;
    return version === 4 ? bare : groupOfIpv6(bare);
  };
}

function addTo(list: net.BlockList, text: string): void {
  const [address = '', bits] = text.split('/');
  const family = net.isIP(address) === 4 ? 'ipv4' : 'ipv6';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

function groupOfIpv6(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [before = '', after] = address.split('::');
  const head = piecesOf(before);
  const tail = piecesOf(after ?? '');
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  const pieces = [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, 4);
  return `${pieces.map((piece) => Number.parseInt(piece, 16).toString(16)).join(':')}::/64`;
}

/** The 16-bit pieces of a part of an address; a dotted end stands for two. */
function piecesOf(part: string): readonly string[] {
  if (part === '') return [];
  return part.split(':').flatMap((piece) => (piece.includes('.') ? ['0', '0'] : [piece]));
}
