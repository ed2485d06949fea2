// Veeam ONE's query language: every operator, group and collation, and every way to write it wrongly.
import fc from 'fast-check';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { answerPage, parsePageQuery } from '../../../../src/rehearse/one/query/page-query.ts';
import { OneQueryError } from '../../../../src/rehearse/one/query/query-error.ts';

const Resource = Type.Object({
  id: Type.Integer(),
  name: Type.Union([Type.String(), Type.Null()]),
  bytes: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  at: Type.String({ format: 'date-time' }),
  isOn: Type.Boolean(),
  tags: Type.Array(Type.String()),
  source: Type.Object({ name: Type.String(), parts: Type.Array(Type.Object({ mode: Type.String() })) }),
});

const row = (id: number, name: string | null, rest: object = {}) => ({
  id,
  name,
  bytes: id * 10,
  at: `2025-01-0${id}T00:00:00Z`,
  isOn: id % 2 === 1,
  tags: [],
  source: { name: `s${id}`, parts: [] },
  ...rest,
});

const ROWS = [
  row(1, 'Disk 10', { tags: ['a', 'b'], source: { name: 'Zoe', parts: [{ mode: 'Manual' }] } }),
  row(2, 'disk 9', { tags: ['a'], bytes: 2n ** 60n + 1n }),
  row(3, 'tape', { tags: ['c'] }),
  row(4, null, { bytes: null }),
];

function ask(query: Readonly<Record<string, unknown>>): readonly unknown[] {
  return answerPage(ROWS, parsePageQuery(query, Resource)).items;
}

function idsOf(query: Readonly<Record<string, unknown>>): readonly number[] {
  return ask(query).map((one) => (one as { readonly id: number }).id);
}

const filtered = (filter: unknown) => idsOf({ Filter: JSON.stringify(filter) });
const is = (property: string, operation: string, value: unknown, collation?: string) => ({
  property,
  operation,
  value,
  ...(collation === undefined ? {} : { collation }),
});

describe('one condition', () => {
  test.each([
    ['in', is('name', 'in', ['TAPE', 'nothing']), [3]],
    ['in, of a list', is('tags', 'in', ['b', 'c']), [1, 3]],
    ['contains, of a text', is('name', 'contains', 'DISK'), [1, 2]],
    ['contains, of a list: part of an element', is('tags', 'contains', 'b'), [1]],
    ['subset: all that it has is among the values', is('tags', 'subset', ['a', 'c']), [2, 3, 4]],
    ['superset: it has all of the values', is('tags', 'superset', ['a', 'b']), [1]],
    ['equals', is('name', 'equals', 'TAPE'), [3]],
    ['equals null', is('name', 'equals', null), [4]],
    ['notEquals', is('name', 'notEquals', 'tape'), [1, 2, 4]],
    ['lessThan', is('id', 'lessThan', '2'), [1]],
    ['lessThanOrEqual', is('id', 'lessThanOrEqual', 2), [1, 2]],
    ['greaterThan', is('id', 'greaterThan', '3'), [4]],
    ['greaterThanOrEqual', is('id', 'greaterThanOrEqual', 3), [3, 4]],
    ['null is neither less nor greater', is('bytes', 'lessThan', '1000'), [1, 3]],
    ['bytes beyond 2^53, to the last one', is('bytes', 'greaterThan', String(2n ** 60n)), [2]],
    ['bytes beyond 2^53, equal', is('bytes', 'equals', String(2n ** 60n + 1n)), [2]],
    ['a moment, in another zone', is('at', 'equals', '2025-01-02T01:00:00+01:00'), [2]],
    ['a moment, later', is('at', 'greaterThan', '2025-01-03T12:00:00Z'), [4]],
    ['a flag as the documents write values', is('isOn', 'equals', 'True'), [1, 3]],
    ['a property of a subschema', is('source.name', 'equals', 'zoe'), [1]],
    ['through a list in a subschema', is('source.parts.mode', 'in', ['Manual']), [1]],
  ])('%s', (_name, filter, expected) => {
    expect(filtered(filter)).toEqual(expected);
  });

  test.each([
    ['ordinal', 'equals', 'disk 9', [2]],
    ['ordinal', 'equals', 'DISK 9', []],
    ['ignorecase', 'equals', 'DISK 9', [2]],
    ['ordinal', 'lessThan', 'a', [1]],
    ['ignorecase', 'lessThan', 'disk 9', [1]],
    ['lexicographic', 'lessThan', 'Disk 10', [2]],
    ['ordinal', 'contains', 'Disk', [1]],
    ['lexicographic', 'equals', 'disk 09', [2]],
  ])('%s %s %s', (collation, operation, value, expected) => {
    expect(filtered(is('name', operation, value, collation))).toEqual(expected);
  });
});

test('a number in the JSON is taken to the last one, beyond 2^53 too', () => {
  const filter = `{"property":"bytes","operation":"equals","value":${2n ** 60n + 1n}}`;
  expect(idsOf({ Filter: filter })).toEqual([2]);
  expect(idsOf({ Filter: filter.replace('977}', '976}') })).toEqual([]);
});

describe('groups', () => {
  const disk = is('name', 'contains', 'disk');
  const small = is('id', 'lessThan', 2);
  const group = (operation: string, ...items: unknown[]) => ({ operation, items });

  test.each([
    ['and', group('and', disk, small), [1]],
    ['or', group('or', small, is('name', 'equals', 'tape')), [1, 3]],
    ['not: not all match', group('not', disk, small), [2, 3, 4]],
    ['exclusiveOr: exactly one', group('exclusiveOr', disk, small), [2]],
    ['nested', group('or', group('and', disk, group('not', small)), is('id', 'equals', 4)), [2, 4]],
  ])('%s', (_name, filter, expected) => {
    expect(filtered(filter)).toEqual(expected);
  });

  test('not (a) and not (b) is not (a or b), whatever a and b are', () => {
    const condition = fc.record({
      property: fc.constantFrom('id', 'bytes'),
      operation: fc.constantFrom('equals', 'notEquals', 'lessThan', 'greaterThanOrEqual'),
      value: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(condition, condition, (a, b) => {
        const left = group('and', group('not', a), group('not', b));
        expect(filtered(left)).toEqual(filtered(group('not', group('or', a, b))));
      }),
    );
  });
});

describe('sort', () => {
  const sorted = (...keys: unknown[]) => idsOf({ Sort: keys.map((key) => JSON.stringify(key)) });

  test.each([
    ['ignorecase unless it says otherwise', { property: 'name' }, [4, 1, 2, 3]],
    ['descending', { property: 'id', direction: 'descending' }, [4, 3, 2, 1]],
    ['ordinal', { property: 'name', collation: 'ordinal' }, [4, 1, 2, 3]],
    ['numbers as numbers', { property: 'name', collation: 'lexicographic' }, [4, 2, 1, 3]],
    ['of a subschema', { property: 'source.name', direction: 'descending' }, [1, 4, 3, 2]],
    ['bytes', { property: 'bytes', direction: 'descending' }, [2, 3, 1, 4]],
  ])('%s', (_name, key, expected) => {
    expect(sorted(key)).toEqual(expected);
  });

  test('the first key weighs most, and equal ones stay in order', () => {
    const byFlag = { property: 'isOn' };
    expect(sorted(byFlag)).toEqual([2, 4, 1, 3]);
    expect(sorted(byFlag, { property: 'id', direction: 'descending' })).toEqual([4, 2, 3, 1]);
    expect(idsOf({ sort: JSON.stringify([byFlag, { property: 'id', direction: 'descending' }]) })).toEqual([
      4, 2, 3, 1,
    ]);
  });
});

describe('offset, limit and select', () => {
  test('filter first, then sort, then offset, then limit; the count is of what the filter let through', () => {
    const query = {
      limit: '1',
      OFFSET: '1',
      sort: '{"property":"id","direction":"descending"}',
      filter: JSON.stringify(is('id', 'lessThan', 4)),
    };
    const page = answerPage(ROWS, parsePageQuery(query, Resource));
    expect(page).toEqual({ items: [ROWS[1]], totalCount: 3 });
  });

  test('100 are answered unless a limit is given, and none with a limit of 0', () => {
    const many = Array.from({ length: 150 }, (_, id) => ({ id }));
    expect(answerPage(many, parsePageQuery({}, Resource)).items).toHaveLength(100);
    expect(answerPage(many, parsePageQuery({ Limit: '0' }, Resource))).toEqual({
      items: [],
      totalCount: 150,
    });
  });

  test('only what is selected is answered, of subschemas too', () => {
    expect(ask({ Select: 'id,source.name', Limit: '1' })).toEqual([{ id: 1, source: { name: 'Zoe' } }]);
    expect(ask({ Select: 'source.parts.mode', Limit: '1' })).toEqual([
      { source: { parts: [{ mode: 'Manual' }] } },
    ]);
  });
});

describe('what is wrong is said', () => {
  const deep = (levels: number): unknown =>
    levels === 0 ? is('id', 'equals', 1) : { operation: 'and', items: [deep(levels - 1)] };

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['no JSON', { Filter: '{' }, 'Filter: it is not valid JSON'],
    ['no object', { Filter: '[1]' }, 'Filter: an expression must be a JSON object'],
    ['an unknown property', { Filter: JSON.stringify(is('nome', 'equals', 1)) }, 'has no property "nome"'],
    [
      'an inherited name',
      { Filter: JSON.stringify(is('constructor', 'equals', 1)) },
      'has no property "constructor"',
    ],
    [
      'a property below a text',
      { Filter: JSON.stringify(is('name.length', 'equals', 1)) },
      'has no property',
    ],
    ['a whole subschema', { Filter: JSON.stringify(is('source', 'equals', 'x')) }, 'source is a subschema'],
    [
      'an unknown operation',
      { Filter: JSON.stringify(is('id', 'like', 1)) },
      "a condition's operation is one of in",
    ],
    ['an unknown group', { Filter: '{"operation":"nor","items":[]}' }, "a group's operation is one of and"],
    ['an empty group', { Filter: '{"operation":"and","items":[]}' }, 'at least one expression'],
    ['an unknown member', { Filter: '{"property":"id","operation":"equals","value":1,"x":1}' }, 'it has "x"'],
    ['no value', { Filter: '{"property":"id","operation":"equals"}' }, 'has no value'],
    ['one value of many', { Filter: JSON.stringify(is('id', 'equals', [1])) }, 'equals takes one value'],
    ['an object as value', { Filter: JSON.stringify(is('id', 'in', {})) }, 'in takes an array of values'],
    ['a text for a number', { Filter: JSON.stringify(is('id', 'equals', 'x')) }, 'must be a number'],
    [
      'a text for a moment',
      { Filter: JSON.stringify(is('at', 'equals', 'soon')) },
      'must be a date and time',
    ],
    ['a text for a flag', { Filter: JSON.stringify(is('isOn', 'equals', 'maybe')) }, 'must be true or false'],
    ['an order of flags', { Filter: JSON.stringify(is('isOn', 'lessThan', true)) }, 'cannot be compared'],
    [
      'an unknown collation',
      { Filter: JSON.stringify(is('id', 'equals', 1, 'binary')) },
      'collation is one of',
    ],
    ['too deep', { Filter: JSON.stringify(deep(9)) }, 'nested 8 deep at most'],
    [
      'too many conditions',
      { Filter: JSON.stringify({ operation: 'or', items: Array(101).fill(is('id', 'equals', 1)) }) },
      'at most 100 conditions',
    ],
    ['too long', { Filter: ' '.repeat(20_000) }, 'at most 16384 are allowed'],
    [
      'too many values',
      { Filter: JSON.stringify(is('id', 'in', Array(1001).fill(1))) },
      'at most 1000 values',
    ],
    ['a filter twice', { Filter: ['{}', '{}'] }, 'Filter: it is given more than once'],
    ['an offset below zero', { Offset: '-1' }, 'Offset: it must be a whole number'],
    ['a limit that is none', { Limit: '1e3' }, 'Limit: it must be a whole number'],
    ['a limit beyond 32 bits', { Limit: '2147483648' }, 'Limit: it must be a whole number'],
    ['an unknown parameter', { Skip: '1' }, 'Skip: there is no such parameter'],
    ['an unknown selection', { Select: 'id,nome' }, 'Select: this resource has no property "nome"'],
    ['an empty selection', { Select: '' }, 'Select: this resource has no property ""'],
    ['an unknown direction', { Sort: '{"property":"id","direction":"up"}' }, 'direction is one of'],
    ['an unknown key', { Sort: '{"property":"size"}' }, 'Sort: this resource has no property "size"'],
    ['too many keys', { Sort: Array(11).fill('{"property":"id"}') }, 'at most 10 properties'],
  ])('%s', (_name, query, sentence) => {
    expect(() => parsePageQuery(query, Resource)).toThrow(OneQueryError);
    expect(() => parsePageQuery(query, Resource)).toThrow(sentence);
  });

  test('no text makes it fail in any other way', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          answerPage(ROWS, parsePageQuery({ Filter: text }, Resource));
        } catch (error) {
          expect(error).toBeInstanceOf(OneQueryError);
        }
      }),
    );
  });
});
