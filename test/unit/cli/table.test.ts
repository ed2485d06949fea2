import { describe, expect, test } from 'vitest';
import { formatBytes, renderTable } from '../../../src/cli/table.ts';

describe('renderTable', () => {
  const columns = [
    { title: 'NAME', text: ({ name }: { name: string; size: number }) => name },
    {
      title: 'SIZE',
      align: 'right' as const,
      text: ({ size }: { name: string; size: number }) => String(size),
    },
    { title: 'NOTE', text: () => '' },
  ];

  test('lines up, numbers to the right, nothing behind the last word', () => {
    const rows = [
      { name: 'a-long-name', size: 5 },
      { name: 'b', size: 12345 },
    ];
    expect(renderTable(columns, rows)).toBe(
      'NAME          SIZE  NOTE\na-long-name      5\nb            12345\n',
    );
  });

  test('no rows leave the titles', () => {
    expect(renderTable(columns, [])).toBe('NAME  SIZE  NOTE\n');
  });
});

describe('formatBytes', () => {
  test.each([
    [0n, '0 B'],
    [1023n, '1023 B'],
    [1024n, '1.00 KiB'],
    [1536n, '1.50 KiB'],
    [1024n ** 2n - 1n, '1023.99 KiB'],
    [10n * 1024n ** 4n, '10.00 TiB'],
    [1024n ** 4n + 1024n ** 4n / 20n, '1.04 TiB'],
    [2n ** 53n + 1n, '8.00 PiB'],
    [1024n ** 6n * 5000n, '5000.00 EiB'],
  ])('%s is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
