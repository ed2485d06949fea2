// Swagger UI of both ports of a rehearsal as a browser shows it: offline, without a complaint, and saying what it is.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rehearsal } from '../../../src/rehearse/rehearsal-options.ts';
import { startRehearsal } from '../../../src/rehearse/rehearsal-server.ts';
import { Secret } from '../../../src/secret.ts';
import { type BrowserPage, browserMissing, HeadlessBrowser } from '../../support/headless-browser.ts';
import { RehearsalCaller } from '../../support/rehearsal-caller.ts';
import { waitFor } from '../../support/wait.ts';

const missing = await browserMissing();
const USER = { userName: 'reader', password: 'of the page' };

let rehearsal: Rehearsal;

beforeAll(async () => {
  rehearsal = await startRehearsal({
    port: 0,
    onePort: 0,
    host: '127.0.0.1',
    dataDirectory: undefined,
    userName: USER.userName,
    password: new Secret(USER.password),
  });
});
afterAll(async () => await rehearsal?.close());

const urlOf = (port: 'vbr' | 'one') => (port === 'vbr' ? rehearsal.vbrUrl : rehearsal.oneUrl);

describe.skipIf(missing !== undefined)('Swagger UI in a browser', () => {
  let browser: HeadlessBrowser;

  beforeAll(async () => {
    browser = await HeadlessBrowser.start();
  });
  afterAll(async () => await browser?.[Symbol.asyncDispose]());

  test.each([
    {
      port: 'vbr',
      title: 'Rehearsal of the Veeam Backup & Replication REST API',
      path: '/api/v1/license/install',
    },
    { port: 'one', title: 'Rehearsal of the Veeam ONE REST API', path: '/api/v2.3/alarms/triggeredAlarms' },
  ] as const)('of $port shows its paths and asks no other host', async ({ port, title, path }) => {
    const url = urlOf(port);
    const page = await opened(`${url}/swagger/index.html`, browser);
    try {
      const shown = await waitFor(
        async () => {
          const text = await page.evaluate<string>('document.body.innerText');
          return text.replaceAll('\u200b', '').includes(path) && text;
        },
        { what: `the path ${path} on the page` },
      );
      expect(shown).toContain(title);
      expect(shown).toContain('is not a Veeam server');
      expect(await page.evaluate('document.title')).toBe(title);
      expect(await page.evaluate('document.querySelectorAll("select option").length')).toBeGreaterThan(1);
      const asked = page.requests.filter(
        (address) => !address.startsWith('data:') && address !== 'about:blank',
      );
      expect(asked.length).toBeGreaterThan(3);
      expect(asked.filter((address) => !address.startsWith(`${url}/swagger/`))).toEqual([]);
      expect(page.complaints).toEqual([]);
    } finally {
      await page.close();
    }
  });

  test('the policy keeps scripts of others and inline ones out', async () => {
    const page = await opened(`${rehearsal.vbrUrl}/swagger/index.html`, browser);
    try {
      await page.evaluate(
        `(() => { const script = document.createElement('script'); script.textContent = 'document.title = "hacked"'; document.body.append(script); })()`,
      );
      expect(await page.evaluate('document.title')).not.toBe('hacked');
      expect(page.complaints.join()).toContain('Content Security Policy');
    } finally {
      await page.close();
    }
  });
});

describe('the documents behind the page', () => {
  test.each([
    ['vbr', 0, '1.3-rev0'],
    ['vbr', 1, '1.3-rev2'],
    ['vbr', 2, '1.2-rev1'],
  ] as const)('%s, definition %i: each call has x-api-version %s', async (port, definition, revision) => {
    const { paths } = await documentOf(port, definition);
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(operations.length).toBeGreaterThan(40);
    for (const { parameters = [] } of operations) {
      expect(parameters).toContainEqual(
        expect.objectContaining({ name: 'x-api-version', schema: { type: 'string', default: revision } }),
      );
    }
  });

  test.each([
    [0, 'v2.3'],
    [1, 'v2.2'],
  ])('one, definition %i: the paths of %s, and those of none', async (definition, version) => {
    const names = Object.keys((await documentOf('one', definition)).paths);
    expect(names).toContain('/api/token');
    expect(names).toContain(`/api/${version}/vbr/repositories/objectStorages`);
    expect(names.filter((name) => /^\/api\/v/.test(name) && !name.startsWith(`/api/${version}/`))).toEqual(
      [],
    );
  });

  test('no login is needed to read them, and every answer says what it is', async () => {
    const caller = new RehearsalCaller(rehearsal.vbrUrl, rehearsal.certPem);
    const answer = await caller.call({ method: 'GET', path: '/swagger/index.html' });
    expect(answer.status).toBe(302);
    expect(answer.headers['location']).toBe('/swagger/');
    expect(answer.headers['x-sosapi-rehearsal']).toContain('not a Veeam server');
  });
});

interface ApiDocument {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly parameters?: readonly unknown[] }>>>
  >;
}

async function documentOf(port: 'vbr' | 'one', definition: number): Promise<ApiDocument> {
  const caller = new RehearsalCaller(urlOf(port), rehearsal.certPem);
  const { json } = await caller.call({
    method: 'GET',
    path: '/swagger/json',
    query: `?definition=${definition}`,
  });
  return json as ApiDocument;
}

/** The browser does not know the rehearsal's certificate: it is told not to mind, for this page only. */
async function opened(url: string, browser: HeadlessBrowser): Promise<BrowserPage> {
  const page = await browser.open('about:blank', { width: 1280, scheme: 'light' });
  await page.command('Security.setIgnoreCertificateErrors', { ignore: true });
  await page.command('Page.navigate', { url });
  await waitFor(
    async () => await page.evaluate('document.readyState === "complete" && location.href !== "about:blank"'),
    {
      what: `the page ${url}`,
    },
  );
  return page;
}
