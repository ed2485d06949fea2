// The document of the admin API holds what the app has: every route and no other, with all that can be answered.
import { describe, expect, test } from 'vitest';
import {
  type OpenApiDocument,
  type Response,
  schemaChecker,
  shapeProblems,
} from '../../support/openapi-shape.ts';
import { OPERATOR, type Route, runningAdmin } from './login-fixture.ts';

const headers = { authorization: `Bearer ${OPERATOR}` };
/** Pages, and the document itself. */
const isPage = ({ path }: Route) => path === '/' || /^\/(dashboard|docs)(\/|$)/.test(path);

async function read() {
  await using admin = await runningAdmin();
  const { text, status } = await admin.ask({ path: '/docs/json', headers });
  expect(status).toBe(200);
  return { document: JSON.parse(text) as OpenApiDocument, routes: admin.routes };
}

const { document, routes } = await read();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method} ${path}`,
    path,
    method,
    operation,
  })),
);

describe('the document', () => {
  test('is OpenAPI 3.1', () => {
    expect(shapeProblems(document)).toEqual([]);
  });

  test('that is none is found out', () => {
    expect(shapeProblems({ ...document, openapi: '2.0' })).not.toEqual([]);
    expect(shapeProblems({ ...document, paths: { nowhere: {} } })).not.toEqual([]);
    const [path = ''] = Object.keys(document.paths);
    const broken = { ...document.paths, [path]: { get: { summary: 'x', tags: ['x'], security: [{}] } } };
    expect(shapeProblems({ ...document, paths: broken }).join()).toContain('responses');
  });

  test('has every route of the app but pages, and no other', () => {
    const registered = routes
      .filter((route) => route.method !== 'HEAD' && !isPage(route))
      .map(({ method, path }) => `${method.toLowerCase()} ${path}`);
    expect(registered.length).toBeGreaterThan(8);
    expect(operations.map(({ name }) => name).sort()).toEqual(registered.sort());
  });

  test('has schemas that can be read, and tags and logins that it explains', () => {
    const check = schemaChecker(document);
    const tags = document.tags.map(({ name }) => name);
    const logins = Object.keys(document.components.securitySchemes);
    for (const { name, operation } of operations) {
      const bodies: readonly Pick<Response, 'content'>[] = [
        ...Object.values(operation.responses),
        operation.requestBody ?? {},
      ];
      for (const { content = {} } of bodies) {
        for (const { schema } of Object.values(content)) expect(() => check(schema, {}), name).not.toThrow();
      }
      expect(tags, name).toEqual(expect.arrayContaining([...operation.tags]));
      for (const login of operation.security) {
        expect(logins, name).toEqual(expect.arrayContaining(Object.keys(login)));
      }
    }
    const used = new Set(operations.flatMap(({ operation }) => operation.tags));
    expect(tags.filter((tag) => !used.has(tag))).toEqual([]);
  });

  test.each(operations)(
    '$name says what it answers, and what it refuses with',
    ({ path, method, operation }) => {
      const route = routes.find((each) => each.path === path && each.method === method.toUpperCase());
      const statuses = Object.keys(operation.responses);
      if (path !== '/api/events') expect(statuses).toContain('200');
      if (route?.isProbe === true) return;
      expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '429']));
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(description, status).not.toBe('');
        if (Number(status) >= 400) expect(Object.keys(content ?? {}), status).toEqual(['application/json']);
      }
      const names = operation.security.flatMap((login) => Object.keys(login));
      if (route?.role === 'none') expect(names).not.toContain('token');
      else expect(names).toEqual(expect.arrayContaining(['token', 'session']));
      expect(names.includes('page')).toBe(method !== 'get');
    },
  );
});
