// The document of the admin API beside what a running gateway answers, and its page as a browser shows it.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { browserMissing, HeadlessBrowser } from '../../support/headless-browser.ts';
import {
  type OpenApiDocument,
  type Operation,
  schemaChecker,
  shapeProblems,
} from '../../support/openapi-shape.ts';
import { waitFor } from '../../support/wait.ts';
import { scratch } from '../../unit/cli/cli-fixture.ts';

const missing = await browserMissing();
let store: EmbeddedStore;
let directory: Awaited<ReturnType<typeof scratch>>;
let gateway: GatewayProcess;
let document: OpenApiDocument;

beforeAll(async () => {
  directory = await scratch();
  store = await EmbeddedStore.start({
    dataDirectory: join(directory.path, 'store'),
    createBuckets: ['veeam-1'],
  });
  gateway = await GatewayProcess.start({ store: asRunningStore(store) });
  document = (await (await fetch(`${gateway.adminUrl}/docs/json`)).json()) as OpenApiDocument;
});
afterAll(async () => {
  await gateway?.stop();
  await store?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

/** What is wrong with an answer: its status, its type or its body. */
async function problemsOf(operation: Operation, answer: Response): Promise<readonly string[]> {
  const described = operation.responses[answer.status];
  if (described === undefined) return [`status ${answer.status} is not described`];
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  const media = described.content?.[type];
  if (media === undefined) return [`${type} is not described for status ${answer.status}`];
  const value: unknown = type === 'application/json' ? await answer.json() : await answer.text();
  return schemaChecker(document)(media.schema, value);
}

describe('what the running gateway answers', () => {
  test('has a document that is OpenAPI', () => {
    expect(shapeProblems(document)).toEqual([]);
  });

  test('to every call that reads is as the document says, also where the call is wrong', async () => {
    const reads = Object.entries(document.paths).flatMap(([path, { get }]) =>
      get === undefined || path === '/api/events' ? [] : [{ path, get }],
    );
    expect(reads.length).toBeGreaterThan(6);
    await fetch(`${gateway.adminUrl}/api/capacity?bucket=veeam-1`);
    for (const { path, get } of reads) {
      const url = `${gateway.adminUrl}${path}`;
      expect(await problemsOf(get, await fetch(url)), path).toEqual([]);
      if (path === '/healthz' || path === '/readyz') continue;
      const wrong = await fetch(`${url}?nobody=knows`);
      if (wrong.status !== 200) expect(await problemsOf(get, wrong), path).toEqual([]);
      const foreign = await fetch(url, { headers: { origin: 'http://evil.example' } });
      expect([foreign.status, ...(await problemsOf(get, foreign))], path).toEqual([403]);
    }
  });

  test('to every call that changes something, where there are no tokens, too', async () => {
    const changes = Object.entries(document.paths).flatMap(([path, { post }]) =>
      post === undefined || path === '/api/session' ? [] : [{ path, post }],
    );
    expect(changes.length).toBeGreaterThan(1);
    for (const { path, post } of changes) {
      const answer = await fetch(`${gateway.adminUrl}${path}`, { method: 'POST' });
      expect([answer.status, ...(await problemsOf(post, answer))], path).toEqual([403]);
    }
  });

  test('what is not as a schema says is found out', async () => {
    const { get } = document.paths['/healthz'] ?? {};
    if (get === undefined) throw new Error('no /healthz');
    expect(await problemsOf(get, Response.json({ status: 'ill' }))).not.toEqual([]);
    expect(await problemsOf(get, Response.json({ status: 'ok' }, { status: 418 }))).not.toEqual([]);
    expect(await problemsOf(get, new Response('ok'))).not.toEqual([]);
  });
});

describe.skipIf(missing !== undefined)('the page at /docs/', () => {
  test('shows every path, asks no other host, and has nothing to complain about', async () => {
    await using browser = await HeadlessBrowser.start();
    const page = await browser.open(`${gateway.adminUrl}/docs/`, { width: 1280, scheme: 'light' });
    const paths = Object.keys(document.paths);
    const shown = await waitFor(
      async () => {
        const text = (await page.evaluate<string>('document.body.innerText')).replaceAll('\u200b', '');
        return paths.every((path) => text.includes(path)) && text;
      },
      { what: `${paths.length} paths on the page` },
    );
    expect(shown).toContain('How full the buckets are');
    expect(await page.evaluate('document.title')).toBe('sosapi-gateway');
    const asked = page.requests.filter((url) => !url.startsWith('data:') && url !== 'about:blank');
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((url) => !url.startsWith(`${gateway.adminUrl}/`))).toEqual([]);
    expect(page.complaints).toEqual([]);

    await page.evaluate(
      `(() => { const script = document.createElement('script'); script.textContent = 'document.title = "hacked"'; document.body.append(script); })()`,
    );
    expect(await page.evaluate('document.title')).not.toBe('hacked');
    expect(page.complaints.join()).toContain('Content Security Policy');
    await page.close();
  });
});
