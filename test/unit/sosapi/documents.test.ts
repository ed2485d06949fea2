import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { renderCapacity, renderSystem } from '../../../src/sosapi/documents.ts';

const golden = (name: string) =>
  readFileSync(new URL(`../../vectors/sosapi/${name}`, import.meta.url)).toString('latin1');

describe('renderSystem', () => {
  test.each([
    ['system.xml', { modelName: 'sosapi-gateway' }],
    ['system.xml', { modelName: 'sosapi-gateway', recommendations: {} }],
    [
      'system-kb-block-size.xml',
      { modelName: 'sosapi-gateway', recommendations: { kbBlockSize: 4096 as const } },
    ],
    ['system-escaped-model.xml', { modelName: 'R&D <Größe> "7"' }],
  ])('%s, byte for byte, of %j', (name, system) => {
    expect(renderSystem(system).toString('latin1')).toBe(golden(name));
  });

  test('an escaped model name reads back as it was', () => {
    const parsed = new XMLParser().parse(renderSystem({ modelName: 'R&D <Größe> "7"' }).toString());
    expect(parsed.SystemInfo.ModelName).toBe('"R&D <Größe> "7""');
  });

  test.each(['a\u0000b', 'a\nb', 'a\u007fb', 'a\u2028b', 'a\ufffeb', 'a\ud800b'])(
    'refuses a model name that XML cannot carry on one line: %j',
    (modelName) => {
      expect(() => renderSystem({ modelName })).toThrow(RangeError);
    },
  );
});

describe('renderCapacity', () => {
  test.each([
    [
      'capacity.xml',
      { capacityBytes: 10995116277760n, availableBytes: 9895604649984n, usedBytes: 1099511627776n },
    ],
    [
      'capacity-beyond-2-53.xml',
      { capacityBytes: 18014398509481985n, availableBytes: 0n, usedBytes: 18014398509481987n },
    ],
  ])('%s, byte for byte', (name, capacity) => {
    expect(renderCapacity(capacity).toString('latin1')).toBe(golden(name));
  });

  test.each([
    ['a capacity of zero', { capacityBytes: 0n, availableBytes: 0n, usedBytes: 0n }],
    ['a negative capacity', { capacityBytes: -1n, availableBytes: 0n, usedBytes: 0n }],
    ['negative available bytes', { capacityBytes: 1n, availableBytes: -1n, usedBytes: 0n }],
    ['more available than there is', { capacityBytes: 1n, availableBytes: 2n, usedBytes: 0n }],
    ['negative used bytes', { capacityBytes: 1n, availableBytes: 0n, usedBytes: -1n }],
  ])('refuses %s', (_what, capacity) => {
    expect(() => renderCapacity(capacity)).toThrow(RangeError);
  });
});
