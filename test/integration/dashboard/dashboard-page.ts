// The dashboard in a browser, for tests: opened, waited for, looked at by the accessibility check, and walked by keyboard.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { BrowserPage, HeadlessBrowser, PageOptions } from '../../support/headless-browser.ts';
import { waitFor } from '../../support/wait.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const CONTENT = `!document.querySelector('#content').hidden`;

/** Waits until it shows something; whoever opens it closes it. */
export async function openDashboard(
  browser: HeadlessBrowser,
  url: string,
  options: Partial<PageOptions> = {},
  until: string = CONTENT,
): Promise<BrowserPage> {
  const page = await browser.open(url, { width: 1280, scheme: 'light', ...options });
  await waitUntil(page, until);
  return page;
}

/** Until an expression is true in the page. */
export async function waitUntil(page: BrowserPage, expression: string): Promise<void> {
  await waitFor(() => page.evaluate<boolean>(`Boolean(${expression})`), { what: expression });
}

export function textOf(page: BrowserPage, selector: string): Promise<string> {
  return page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`);
}

/** What axe-core calls serious or critical, with the first place of each. */
export async function accessibilityFaults(page: BrowserPage): Promise<readonly string[]> {
  await page.evaluate(`${AXE}; undefined`);
  return page.evaluate<
    readonly string[]
  >(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.length + ', ' + nodes[0].html.slice(0, 200)))`);
}

/** By how many CSS pixels the page is wider than its window; what is cut off on purpose does not count. */
export function overhang(page: BrowserPage, width: number): Promise<number> {
  // A phone shows a page that is too wide in a wider window, so that is measured against the screen.
  return page.evaluate<number>(
    `Math.max(document.documentElement.scrollWidth, window.innerWidth) - ${width}`,
  );
}

export async function resize(page: BrowserPage, width: number, deviceScaleFactor = 1): Promise<void> {
  await page.command('Emulation.setDeviceMetricsOverride', {
    width,
    height: 900,
    deviceScaleFactor,
    mobile: false,
  });
}

export async function press(page: BrowserPage, key: 'Tab' | 'Enter' | 'Escape'): Promise<void> {
  const code = { Tab: 9, Enter: 13, Escape: 27 }[key];
  const event = { key, code: key, windowsVirtualKeyCode: code, ...(key === 'Enter' && { text: '\r' }) };
  await page.command('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
  await page.command('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
}

export async function type(page: BrowserPage, text: string): Promise<void> {
  await page.command('Input.insertText', { text });
}

/** Asks from within the page whether its own scripts asked any other origin. */
export function foreignRequests(page: BrowserPage, origin: string): readonly string[] {
  return page.requests.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'));
}
