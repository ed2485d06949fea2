// Queries of Veeam ONE: the document's own examples, and any filter tree there is.
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  COLLATIONS,
  type Filter,
  type FilterExpression,
  filterOf,
  GROUP_OPERATIONS,
  LIST_OPERATIONS,
  type PropertyPath,
  VALUE_OPERATIONS,
} from '../../../../src/veeam/one/filter.ts';
import { type OneQuery, queryText } from '../../../../src/veeam/one/query.ts';
import type {
  OneCollectionTask,
  OneObjectStorage,
  OneSession,
  OneTriggeredAlarm,
} from '../../../../src/veeam/one/schemas.ts';

/** The parameters of a query text, as a server reads them. */
const parametersOf = (text: string): Record<string, string> => {
  expect(text).toMatch(/^\?/);
  expect(text).toMatch(/^[\w.~!*'()%?=&-]+$/);
  return Object.fromEntries(
    text
      .slice(1)
      .split('&')
      .map((pair) => [
        pair.slice(0, pair.indexOf('=')),
        decodeURIComponent(pair.slice(pair.indexOf('=') + 1)),
      ]),
  );
};
const ALL = { offset: 0, limit: 100 };
const tasks = filterOf<OneCollectionTask>();
const storages = filterOf<OneObjectStorage>();

describe('the examples of the document', () => {
  test('Offset=3', () => {
    expect(parametersOf(queryText({}, { offset: 3, limit: 100 }))).toEqual({ Offset: '3', Limit: '100' });
  });

  test('Offset=1&Limit=2', () => {
    expect(queryText({}, { offset: 1, limit: 2 })).toBe('?Offset=1&Limit=2');
  });

  test('Limit=3', () => {
    expect(queryText({}, { offset: 0, limit: 3 })).toBe('?Limit=3');
  });

  test('sort={"property":"status","direction":"descending","collation":"lexicographic"}', () => {
    const query: OneQuery<OneSession> = {
      sort: [{ collation: 'lexicographic', direction: 'descending', property: 'status' }],
    };
    expect(parametersOf(queryText(query, ALL))['Sort']).toBe(
      '{"property":"status","direction":"descending","collation":"lexicographic"}',
    );
  });

  test('Filter={"property":"status","operation":"equals","collation":"ignorecase","value":"failed"}', () => {
    const query = { filter: tasks.equals('status', 'failed', 'ignorecase') };
    expect(parametersOf(queryText(query, ALL))['Filter']).toBe(
      '{"property":"status","operation":"equals","collation":"ignorecase","value":"failed"}',
    );
  });

  test('filter={"operation":…,"items":[…,…]}', () => {
    const query = {
      filter: tasks.or(
        tasks.equals('status', 'failed', 'ignorecase'),
        tasks.contains('name', 'vbr', 'ordinal'),
      ),
    };
    expect(parametersOf(queryText(query, ALL))['Filter']).toBe(
      '{"operation":"or","items":[{"property":"status","operation":"equals","collation":"ignorecase","value":"failed"},' +
        '{"property":"name","operation":"contains","collation":"ordinal","value":"vbr"}]}',
    );
  });

  test('Select=jobSessionId%2Cname%2Cstatus', () => {
    const query: OneQuery<OneSession, 'jobSessionId' | 'name' | 'status'> = {
      select: ['jobSessionId', 'name', 'status'],
    };
    expect(queryText(query, ALL)).toBe('?Limit=100&Select=jobSessionId%2Cname%2Cstatus');
  });
});

describe('what the document says without an example', () => {
  test('several sort keys are an array, the first counts most, and a collation is sent where one was asked for', () => {
    const query: OneQuery<OneTriggeredAlarm> = {
      sort: [
        { property: 'alarmSource.objectName', direction: 'ascending' },
        { property: 'triggeredTime', direction: 'descending', collation: 'ordinal' },
      ],
    };
    expect(JSON.parse(parametersOf(queryText(query, ALL))['Sort'] ?? '')).toEqual([
      { property: 'alarmSource.objectName', direction: 'ascending' },
      { property: 'triggeredTime', direction: 'descending', collation: 'ordinal' },
    ]);
  });

  test('no sort key is no Sort', () => {
    expect(queryText({ sort: [] }, ALL)).toBe('?Limit=100');
  });

  test('a byte count beyond 2^53 goes out with all its digits', () => {
    const query = { filter: storages.greaterThan('capacityBytes', 9_007_199_254_740_993n) };
    expect(parametersOf(queryText(query, ALL))['Filter']).toContain('"value":9007199254740993}');
  });

  test('values with quotes, ampersands and plus signs arrive as they are', () => {
    const query = { filter: storages.equals('name', 'a"b&c+d e%=#ü') };
    expect(JSON.parse(parametersOf(queryText(query, ALL))['Filter'] ?? '')).toMatchObject({
      value: 'a"b&c+d e%=#ü',
    });
  });

  test.each([
    [{ offset: -1, limit: 1 }, 'Offset must be a whole number from 0 on, not -1'],
    [{ offset: 0, limit: 0 }, 'Limit must be a whole number from 1 on, not 0'],
    [{ offset: 0, limit: 1.5 }, 'Limit must be a whole number from 1 on, not 1.5'],
  ])('%o is refused', (page, message) => {
    expect(() => queryText({}, page)).toThrow(message);
  });

  test('a value that JSON does not have is refused', () => {
    const query = { filter: tasks.equals('taskId', Number.NaN) };
    expect(() => queryText(query, ALL)).toThrow('a query cannot carry the value NaN');
  });
});

describe('any filter', () => {
  const property = fc.constantFrom<PropertyPath<OneTriggeredAlarm>>(
    'name',
    'comment',
    'alarmSource.objectName',
  );
  const collation = fc.option(fc.constantFrom(...COLLATIONS), { nil: undefined });
  const withCollation = <Node extends object>(node: Node, chosen: (typeof COLLATIONS)[number] | undefined) =>
    (chosen === undefined ? node : { ...node, collation: chosen }) as FilterExpression<OneTriggeredAlarm>;
  const expression = fc.oneof(
    fc
      .tuple(
        property,
        fc.constantFrom(...VALUE_OPERATIONS),
        fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null)),
        collation,
      )
      .map(([of, operation, value, chosen]) => withCollation({ property: of, operation, value }, chosen)),
    fc
      .tuple(
        property,
        fc.constantFrom(...LIST_OPERATIONS),
        fc.array(fc.string({ unit: 'grapheme' })),
        collation,
      )
      .map(([of, operation, value, chosen]) => withCollation({ property: of, operation, value }, chosen)),
  );
  const { filter } = fc.letrec<{ filter: Filter<OneTriggeredAlarm> }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      expression,
      fc
        .tuple(
          fc.constantFrom(...GROUP_OPERATIONS),
          fc.tuple(tie('filter'), fc.array(tie('filter'), { maxLength: 3 })),
        )
        .map(([operation, [first, rest]]) => ({ operation, items: [first, ...rest] as const })),
    ),
  }));

  test('builds a query which parses back to it', () => {
    fc.assert(
      fc.property(filter, (tree) => {
        expect(JSON.parse(parametersOf(queryText({ filter: tree }, ALL))['Filter'] ?? '')).toEqual(tree);
      }),
    );
  });

  test('is built by the builder as it would be written down', () => {
    const is = filterOf<OneTriggeredAlarm>();
    const built = is.and(
      is.not(is.in('status', ['Error', 'Warning'])),
      is.exclusiveOr(
        is.subset('name', ['a']),
        is.superset('name', ['b'], 'ordinal'),
        is.notEquals('comment', null),
      ),
      is.or(is.lessThan('repeatCount', 3), is.lessThanOrEqual('repeatCount', 3)),
      is.or(is.greaterThan('alarmSource.objectId', 1), is.greaterThanOrEqual('alarmSource.objectId', 1)),
    );
    expect(built).toEqual({
      operation: 'and',
      items: [
        { operation: 'not', items: [{ property: 'status', operation: 'in', value: ['Error', 'Warning'] }] },
        {
          operation: 'exclusiveOr',
          items: [
            { property: 'name', operation: 'subset', value: ['a'] },
            { property: 'name', operation: 'superset', collation: 'ordinal', value: ['b'] },
            { property: 'comment', operation: 'notEquals', value: null },
          ],
        },
        {
          operation: 'or',
          items: [
            { property: 'repeatCount', operation: 'lessThan', value: 3 },
            { property: 'repeatCount', operation: 'lessThanOrEqual', value: 3 },
          ],
        },
        {
          operation: 'or',
          items: [
            { property: 'alarmSource.objectId', operation: 'greaterThan', value: 1 },
            { property: 'alarmSource.objectId', operation: 'greaterThanOrEqual', value: 1 },
          ],
        },
      ],
    });
  });
});

describe('the types', () => {
  test('know the properties of a resource and of its subschemas', () => {
    expectTypeOf<'alarmSource.objectName'>().toExtend<PropertyPath<OneTriggeredAlarm>>();
    expectTypeOf<'alarmSource.nothing'>().not.toExtend<PropertyPath<OneTriggeredAlarm>>();
    expectTypeOf<'nothing'>().not.toExtend<PropertyPath<OneTriggeredAlarm>>();
  });

  test('compare a property with values of its own type', () => {
    // @ts-expect-error: bytes are bigint
    storages.equals('capacityBytes', '1');
    // @ts-expect-error: no such property
    storages.equals('capacity', 1n);
    // @ts-expect-error: in takes a list
    storages.in('name', 'a');
    // @ts-expect-error: a group of nothing
    storages.and();
    expect(storages.in('name', ['a'])).toEqual({ property: 'name', operation: 'in', value: ['a'] });
  });
});
