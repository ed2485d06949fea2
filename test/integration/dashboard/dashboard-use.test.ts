// The dashboard as it is used: live, by keyboard, after a lost connection, signed in, on paper, and told texts full of malice.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { backupsRun, hostile, nothingYet, storeDown } from '../../support/dashboard/dashboard-pictures.ts';
import {
  DashboardServer,
  type DashboardServerOptions,
  type DashboardToken,
} from '../../support/dashboard/dashboard-server.ts';
import { type BrowserPage, browserMissing, HeadlessBrowser } from '../../support/headless-browser.ts';
import { elementSkeleton } from '../bench/look-at-page.ts';
import { accessibilityFaults, openDashboard, press, textOf, type, waitUntil } from './dashboard-page.ts';

const OPERATOR: DashboardToken = { name: 'alice', role: 'operator', token: `sgw_${'A'.repeat(43)}` };
const READER: DashboardToken = { name: 'bob', role: 'read-only', token: `sgw_${'B'.repeat(43)}` };
const SIGN_IN = `!document.querySelector('#sign-in').hidden`;
const CANVAS = `document.querySelector('#capacity canvas')`;

const missing = await browserMissing();

describe.skipIf(missing !== undefined)('the dashboard', () => {
  let browser: HeadlessBrowser;
  const servers: DashboardServer[] = [];
  const pages: BrowserPage[] = [];

  beforeAll(async () => {
    browser = await HeadlessBrowser.start();
  });

  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    await Promise.all(servers.splice(0).map((server) => server[Symbol.asyncDispose]()));
  });

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
  });

  async function serve(options: Partial<DashboardServerOptions> = {}): Promise<DashboardServer> {
    const server = await DashboardServer.start({ picture: backupsRun, ...options });
    servers.push(server);
    return server;
  }

  async function open(
    ...args: Parameters<typeof openDashboard> extends [unknown, ...infer Rest] ? Rest : never
  ) {
    const page = await openDashboard(browser, ...args);
    pages.push(page);
    return page;
  }

  const says = (page: BrowserPage, selector: string, text: string) =>
    waitUntil(
      page,
      `document.querySelector(${JSON.stringify(selector)}).textContent.includes(${JSON.stringify(text)})`,
    );

  async function signIn(page: BrowserPage, token: string): Promise<void> {
    await page.evaluate(`document.querySelector('#token').focus()`);
    await type(page, token);
    await press(page, 'Enter');
  }

  test('shows what changes without being asked, and keeps the elements it has', async () => {
    const server = await serve();
    const page = await open(server.url);
    await says(page, '#verdict', 'All well');
    await page.evaluate(`window.kept = document.querySelector('#capacity tbody tr')`);
    server.picture = storeDown;
    await says(page, '#verdict', 'Store ceph does not answer');
    await says(page, '#endpoints', 'ejected');
    expect(await page.evaluate('document.title')).toMatch(/^Problem: Store ceph does not answer/);
    expect(await page.evaluate('window.kept.isConnected')).toBe(true);
    expect(page.complaints).toEqual([]);
  });

  test('tells a screen reader the verdict and a lost connection, and no number that ticks', async () => {
    const page = await open((await serve()).url);
    const live = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[role=status], [role=alert], [aria-live]')].map(({ id, className }) => id || className)`,
    );
    expect(live).toEqual(['sign-in-error', 'lost-text', 'news-text', 'verdict', 'activity', 'form-error']);
    expect(await page.evaluate(`document.querySelector('.activity').getAttribute('aria-live')`)).toBe('off');
  });

  test('says that the connection is lost and since when, keeps the data, and finds the gateway again', async () => {
    const server = await serve();
    const page = await open(server.url);
    await server[Symbol.asyncDispose]();
    servers.length = 0;
    await says(page, '#lost-text', 'Connection lost since ');
    await says(page, '#lost-retry', 'What you see is ');
    expect(await textOf(page, '#link-state')).toMatch(/^Lost, data \d+ s old$/);
    expect(await textOf(page, '#verdict')).toContain('All well');
    expect(await accessibilityFaults(page)).toEqual([]);
    await serve({ port: server.port, version: '1.3.0', picture: (nowMs) => ({ ...nothingYet(nowMs) }) });
    await waitUntil(page, `document.querySelector('#lost').hidden`);
    await says(page, '#news-text', 'The gateway was restarted with version 1.3.0.');
    await says(page, '#verdict', 'was not asked yet');
    expect(await page.evaluate(`document.body.classList.contains('is-lost')`)).toBe(false);
  });

  test('asks for a token, says what is wrong with one, and forgets it on leaving', async () => {
    const server = await serve({ tokens: [OPERATOR, READER] });
    const page = await open(server.url, {}, SIGN_IN);
    expect(await page.evaluate('document.activeElement.id')).toBe('token');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(`document.querySelector('#content').hidden`)).toBe(true);
    await signIn(page, `sgw_${'C'.repeat(43)}`);
    await says(page, '#sign-in-error', 'This token is not known here.');
    await page.evaluate(`document.querySelector('#token').value = ''`);
    await signIn(page, READER.token);
    await waitUntil(page, `!document.querySelector('#content').hidden`);
    expect(await textOf(page, '#who')).toBe('bob (read-only)');
    expect(await page.evaluate(`document.querySelector('#token').value`)).toBe('');
    // Who may only read is shown nothing that he may not do.
    expect(await page.evaluate(`document.querySelectorAll('#endpoints button').length`)).toBe(0);
    await page.evaluate(`document.querySelector('#sign-out').click()`);
    await waitUntil(page, SIGN_IN);
    expect(await page.evaluate(`document.querySelector('#content').hidden`)).toBe(true);
  });

  test('lets an operator drain an endpoint and take it back, after a question', async () => {
    const server = await serve({ tokens: [OPERATOR] });
    const page = await open(server.url, {}, SIGN_IN);
    await signIn(page, OPERATOR.token);
    await waitUntil(page, `document.querySelector('#endpoints button[data-action=drain]')`);
    await page.evaluate(`document.querySelector('#endpoints button[data-action=drain]').focus()`);
    await press(page, 'Enter');
    await waitUntil(page, `document.querySelector('dialog').open`);
    expect(await textOf(page, 'dialog h2')).toBe('Drain rgw-1.storage.example.com:7480?');
    expect(await textOf(page, '#confirm-text')).toContain('21 requests under way there finish.');
    expect(await accessibilityFaults(page)).toEqual([]);
    await press(page, 'Escape');
    await waitUntil(page, `!document.querySelector('dialog').open`);
    expect(server.orders).toEqual([]);
    expect(await page.evaluate(`document.activeElement.dataset.action`)).toBe('drain');

    server.refusal = 'it is the last endpoint of ceph that works';
    await press(page, 'Enter');
    await page.evaluate(`document.querySelector('dialog .primary').click()`);
    await says(page, 'dialog .form-error', 'It is the last endpoint of ceph that works.');
    server.refusal = undefined;
    await page.evaluate(`document.querySelector('dialog .primary').click()`);
    await waitUntil(page, `!document.querySelector('dialog').open`);
    await page.evaluate(`document.querySelector('#endpoints button[data-action=undrain]').click()`);
    await page.evaluate(`document.querySelector('dialog .primary').click()`);
    await waitUntil(page, `!document.querySelector('dialog').open`);
    expect(server.orders).toEqual([
      { action: 'drain', backend: 'ceph', endpoint: 'rgw-1.storage.example.com:7480' },
      { action: 'undrain', backend: 'ceph', endpoint: 'rgw-4.storage.example.com:7480' },
    ]);
  });

  test('a keyboard reaches every control, in order, with a visible focus, the way past the menu first', async () => {
    const server = await serve({ tokens: [OPERATOR] });
    const page = await open(server.url, {}, SIGN_IN);
    await signIn(page, OPERATOR.token);
    await waitUntil(page, CANVAS);
    await page.evaluate(`document.activeElement.blur(); window.scrollTo(0, 0)`);
    const controls = await page.evaluate<number>(`{
      const all = [...document.querySelectorAll('a[href], button, select, input, summary')];
      window.controls = all.filter((each) => each.checkVisibility());
      window.controls.length;
    }`);
    expect(controls).toBeGreaterThan(30);
    const walked: number[] = [];
    const unseen: string[] = [];
    await page.evaluate(
      `document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')`,
    );
    for (let step = 0; step < controls; step++) {
      await press(page, 'Tab');
      const [index, isSeen, name] = await page.evaluate<[number, boolean, string]>(`[
        window.controls.indexOf(document.activeElement),
        getComputedStyle(document.activeElement).outlineStyle !== 'none' && document.activeElement.getBoundingClientRect().left >= 0,
        document.activeElement.outerHTML.slice(0, 80),
      ]`);
      walked.push(index);
      if (!isSeen) unseen.push(name);
    }
    expect(walked).toEqual(Array.from({ length: controls }, (_, index) => index));
    expect(unseen).toEqual([]);
    expect(await page.evaluate(`window.controls[0].textContent`)).toBe('Skip to the status');
  });

  test('the name of a bucket and a span of time choose the history that is drawn', async () => {
    const page = await open((await serve()).url);
    await waitUntil(page, CANVAS);
    expect(await textOf(page, '#capacity figcaption')).toBe('History of bucket veeam-prod, 7 days');
    await page.evaluate(
      `[...document.querySelectorAll('.choose')].find(({ textContent }) => textContent === 'veeam-sql').click()`,
    );
    await says(page, '#capacity figcaption', 'History of bucket veeam-sql, 7 days');
    await page.evaluate(`[...document.querySelectorAll('.choices button')].at(-1).click()`);
    await says(page, '#capacity figcaption', 'History of bucket veeam-sql, 90 days');
    expect(await textOf(page, '#capacity .summary')).toMatch(/^Used grew by .* since /);
    await page.evaluate(`document.querySelector('#capacity details').open = true`);
    await waitUntil(page, `document.querySelectorAll('#capacity details tbody tr').length > 20`);
  });

  test('what clients, stores and Veeam say changes nothing but words', async () => {
    const look = async (text: string) => {
      const server = await serve({ picture: (nowMs) => hostile(nowMs, text) });
      const page = await open(server.url);
      await waitUntil(page, CANVAS);
      return {
        page,
        skeleton: await page.evaluate<string[]>(elementSkeleton),
        text: await page.evaluate<string>('document.body.textContent'),
      };
    };
    const malice = `</td></script><script>document.title='hacked'</script><img src="http://127.0.0.1:9/x" onerror="document.title='hacked'">"'<style>*{display:none}</style>\u202e`;
    const [harmless, harmful] = [await look('x'), await look(malice)];
    expect(harmful.skeleton).toEqual(harmless.skeleton);
    expect(harmful.text).toContain(`<script>document.title='hacked'</script>`);
    expect(harmful.text).toContain('⟨U+202E⟩');
    expect(await harmful.page.evaluate('document.title')).toMatch(/^Problem: Store <\/td>/);
    expect(harmful.page.complaints).toEqual([]);
    expect(harmful.page.requests.some((url) => url.includes('127.0.0.1:9'))).toBe(false);
  });

  test('the theme that was chosen stays, and charts take its colours', async () => {
    const server = await serve();
    const page = await open(server.url);
    await waitUntil(page, CANVAS);
    const ground = `getComputedStyle(document.documentElement).backgroundColor`;
    const light = await page.evaluate<string>(ground);
    await page.evaluate(`{
      const theme = document.querySelector('#theme');
      window.before = document.querySelector('#traffic canvas');
      theme.value = 'dark';
      theme.dispatchEvent(new Event('change'));
    }`);
    const dark = await page.evaluate<string>(ground);
    expect(dark).not.toBe(light);
    expect(await page.evaluate('window.before.isConnected')).toBe(false);
    const again = await open(server.url);
    expect(await again.evaluate(ground)).toBe(dark);
    await again.evaluate('localStorage.clear()');
  });

  test('on paper it is dark on white, and nothing is there to press', async () => {
    const page = await open((await serve()).url, { scheme: 'dark', width: 720, media: 'print' });
    expect(
      await page.evaluate(`({
        ground: getComputedStyle(document.documentElement).backgroundColor,
        pressable: [...document.querySelectorAll('select, summary, .choices button, .more')].filter((each) => each.checkVisibility()).length,
      })`),
    ).toEqual({ ground: 'rgb(255, 255, 255)', pressable: 0 });
  });
});
