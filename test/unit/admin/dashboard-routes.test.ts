// The page and its files as the admin listener gives them.
import { afterEach, describe, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import { readDashboardAssets } from '../../../src/admin/dashboard-assets.ts';

const open: ReturnType<typeof createAdminServer>[] = [];
function admin() {
  const app = createAdminServer({
    version: '1.2.3',
    isReady: async () => ({ ready: true, backends: [] }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    capacities: async () => [],
    capacityHistory: () => ({ stepMs: 60_000, series: [] }),
  });
  open.push(app);
  return app;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

const { digest, files } = readDashboardAssets();
const header = (answer: { readonly headers: object }, name: string) =>
  String((answer.headers as Readonly<Record<string, unknown>>)[name]);

describe('the dashboard', () => {
  test('is at /, asked for anew each time, with nothing inline and nothing from elsewhere', async () => {
    const answer = await admin().inject('/');
    expect(answer.statusCode).toBe(200);
    expect(header(answer, 'content-type')).toBe('text/html; charset=utf-8');
    expect(header(answer, 'cache-control')).toBe('no-cache');
    const policy = header(answer, 'content-security-policy');
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
    ]) {
      expect(policy).toContain(part);
    }
    expect(policy).not.toContain('unsafe');
    expect(answer.body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:\/\//);
  });

  test('is not sent again to who has it', async () => {
    const app = admin();
    const etag = header(await app.inject('/'), 'etag');
    const again = await app.inject({ url: '/', headers: { 'if-none-match': `W/${etag}, "other"` } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect(header(again, 'etag')).toBe(etag);
    const other = await app.inject({ url: '/', headers: { 'if-none-match': '"other"' } });
    expect(other.statusCode).toBe(200);
  });

  test.each([
    ['app.js', 'text/javascript; charset=utf-8'],
    ['theme.css', 'text/css; charset=utf-8'],
    ['favicon.svg', 'image/svg+xml'],
    ['uplot.js', 'text/javascript; charset=utf-8'],
    ['uplot.css', 'text/css; charset=utf-8'],
  ])('%s is kept for ever under its digest', async (name, type) => {
    const answer = await admin().inject(`/dashboard/${digest}/${name}`);
    expect(answer.statusCode).toBe(200);
    expect(header(answer, 'content-type')).toBe(type);
    expect(header(answer, 'cache-control')).toBe('public, max-age=31536000, immutable');
    expect(header(answer, 'x-content-type-options')).toBe('nosniff');
    expect(answer.rawPayload).toEqual(files.get(name)?.body);
  });

  test.each([
    `/dashboard/${digest}/`,
    `/dashboard/${digest}/index.html`,
    `/dashboard/${digest}/..%2f..%2fadmin-server.ts`,
    `/dashboard/${digest}/__proto__`,
    '/dashboard/app.js',
    '/dashboard/other/app.js',
  ])('%s is not there', async (url) => {
    expect((await admin().inject(url)).statusCode).toBe(404);
  });

  test('only reading is allowed', async () => {
    const answer = await admin().inject({ method: 'POST', url: '/' });
    expect([answer.statusCode, header(answer, 'allow')]).toEqual([405, 'GET, HEAD']);
    expect((await admin().inject({ method: 'HEAD', url: '/' })).statusCode).toBe(200);
  });

  test('is in no document of the API', async () => {
    const answer = await admin().inject('/docs/json');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('dashboard');
  });
});
