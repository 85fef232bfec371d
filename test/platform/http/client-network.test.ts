import fc from 'fast-check';
import { expect, test } from 'vitest';
import { networkOf } from '../../../platform/http/client-network.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::5', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['', ''],
])('counts %s as %s', (address, network) => expect(networkOf(address)).toBe(network));

test('whatever is chosen behind the network changes nothing, and another network is another', () => {
  const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
  const groups = fc.tuple(group, group, group, group);
  fc.assert(
    fc.property(groups, groups, groups, (network, one, other) => {
      const counted = networkOf([...network, ...one].join(':'));
      expect(counted).toBe(networkOf([...network, ...other].join(':')));
      expect(counted === networkOf([...other, ...one].join(':'))).toBe(network.join() === other.join());
    }),
  );
});
