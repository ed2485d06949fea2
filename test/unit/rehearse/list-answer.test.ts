// Filters, order and pages of collections.
import { expect, test } from 'vitest';
import { listAnswer, matches } from '../../../src/rehearse/http/list-answer.ts';

test.each([
  ['backup', ['Backup'], true],
  ['backup', ['Backup 1'], false],
  ['backup*', ['Backup 1'], true],
  ['*1', ['Backup 1'], true],
  ['*ack*', ['Backup 1'], true],
  ['*1', ['1 Backup'], false],
  ['1*', ['Backup 1'], false],
  ['*', [''], true],
  ['**', ['anything'], true],
  ['a*b', ['axb'], false],
  ['second', ['first', 'second'], true],
  ['second', ['first', undefined], false],
])('the name filter %j over %j: %j', (filter, texts, expected) => {
  expect(matches(filter, texts)).toBe(expected);
});

const ROWS = [
  { name: 'b', size: 10 },
  { name: 'A', size: 9 },
  { name: 'c', size: undefined },
];
const RULES = {
  texts: ({ name }: (typeof ROWS)[number]) => [name],
  columns: {
    Name: ({ name }: (typeof ROWS)[number]) => name,
    Size: ({ size }: (typeof ROWS)[number]) => size,
  },
};

test.each([
  [{}, 'bAc'],
  [{ orderColumn: 'Name' }, 'Abc'],
  [{ orderColumn: 'Name', orderAsc: false }, 'cbA'],
  // Numbers as numbers, and what has none first.
  [{ orderColumn: 'Size', orderAsc: true }, 'cAb'],
  [{ orderColumn: 'Size', orderAsc: false }, 'bAc'],
  [{ orderColumn: 'Name', skip: 1, limit: 1 }, 'b'],
  [{ skip: 7 }, ''],
  [{ nameFilter: 'a' }, 'A'],
] as const)('%j gives %s', (query, expected) => {
  const { data, pagination } = listAnswer(ROWS, query, RULES);
  expect(data.map(({ name }) => name).join('')).toBe(expected);
  expect(pagination.count).toBe(expected.length);
});

test('the total counts what the filter let through, not the page', () => {
  expect(listAnswer(ROWS, { limit: 1 }, RULES).pagination).toEqual({ total: 3, count: 1, skip: 0, limit: 1 });
  expect(listAnswer(ROWS, { nameFilter: 'c', skip: 5 }, RULES).pagination.total).toBe(1);
});
