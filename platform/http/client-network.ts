import { isIPv6 } from 'node:net';

/** So many groups of an IPv6 address name the network; the rest its holder chooses at will, 2^64 of them. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;
const IN_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Whom a rate counts for: an IPv4 address, or the /64 network of an IPv6 one. What is no address stays what it is. */
export function networkOf(address: string): string {
  const mapped = IN_IPV4.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1).split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing =
    tail === undefined ? 0 : GROUPS - groups.length - tail.split(':').filter((group) => group !== '').length;
  const all = [...groups, ...Array<string>(missing).fill('0'), ...(tail ?? '').split(':')];
  return `${all.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}
