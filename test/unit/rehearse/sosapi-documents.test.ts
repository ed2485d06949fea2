// How the rehearsal server reads the two SOSAPI documents.
import { describe, expect, test } from 'vitest';
import { readCapacity, readSystem } from '../../../src/rehearse/storage/sosapi-documents.ts';

const system = (version: string, capabilities = '<CapacityInfo>true</CapacityInfo>') =>
  `<?xml version="1.0" encoding="UTF-8"?><SystemInfo><ProtocolVersion>${version}</ProtocolVersion>` +
  `<ModelName>"a &amp; b"</ModelName><ProtocolCapabilities>${capabilities}</ProtocolCapabilities></SystemInfo>`;

describe('system.xml', () => {
  // MinIO writes the entity, Scality's assistant the quotes themselves; both work with Veeam.
  test.each(['"1.0"', '&#34;1.0&#34;', '&quot;1.0&quot;', '&#x22;1.0&#x22;'])(
    'with the version %s',
    (version) => {
      expect(readSystem(system(version))).toEqual({ kind: 'sosapi', modelName: 'a & b', hasCapacity: true });
    },
  );

  test('without a capability', () => {
    const text = system('"1.0"', '<CapacityInfo>false</CapacityInfo>');
    expect(readSystem(text)).toMatchObject({ kind: 'sosapi', hasCapacity: false });
    expect(readSystem(system('"1.0"', ''))).toMatchObject({ kind: 'sosapi', hasCapacity: false });
  });

  test.each([
    ['1.0', 'its ProtocolVersion is 1.0 and not "1.0" with the quotes'],
    ['', 'its ProtocolVersion is'],
  ])('is not SOSAPI with the version %j', (version, reason) => {
    expect(readSystem(system(version))).toMatchObject({
      kind: 'unusable',
      reason: expect.stringContaining(reason),
    });
  });

  test.each(['', 'no XML', '<Other/>', '<SystemInfo><ProtocolVersion>"1.0"</SystemInfo>'])(
    'is not %j',
    (text) => {
      expect(readSystem(text)).toMatchObject({ kind: 'unusable' });
    },
  );
});

describe('capacity.xml', () => {
  const capacity = (all: string, available: string, used: string) =>
    `<CapacityInfo><Capacity>${all}</Capacity><Available>${available}</Available><Used>${used}</Used></CapacityInfo>`;

  test('keeps every byte of numbers beyond 2^53', () => {
    expect(readCapacity(capacity('9007199254740993', '9007199254740992', '1'))).toEqual({
      kind: 'capacity',
      capacity: { capacityBytes: 2n ** 53n + 1n, availableBytes: 2n ** 53n, usedBytes: 1n },
      doubt: undefined,
    });
  });

  test.each([
    ['0', '0', '0', 'no capacity'],
    ['10', '-1', '11', 'negative'],
    ['10', '11', '0', 'more is available than there is'],
  ])('of %s, %s, %s is doubtful', (all, available, used, doubt) => {
    expect(readCapacity(capacity(all, available, used))).toMatchObject({
      kind: 'capacity',
      doubt: expect.stringContaining(doubt),
    });
  });

  test.each([
    capacity('many', '1', '1'),
    capacity('1.5', '1', '1'),
    capacity('', '1', '1'),
    '<CapacityInfo><Capacity>1</Capacity></CapacityInfo>',
    '<Error><Code>NoSuchKey</Code></Error>',
    '',
  ])('is not %j', (text) => {
    expect(readCapacity(text)).toMatchObject({ kind: 'unusable' });
  });
});
