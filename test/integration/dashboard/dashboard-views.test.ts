// The dashboard as it is seen: at three widths, in both themes, with data, without, and with a store that is down.
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backupsRun, nothingYet, storeDown } from '../../support/dashboard/dashboard-pictures.ts';
import { DashboardServer } from '../../support/dashboard/dashboard-server.ts';
import { browserMissing, HeadlessBrowser } from '../../support/headless-browser.ts';
import { contrastFaults } from '../bench/look-at-page.ts';
import {
  accessibilityFaults,
  foreignRequests,
  openDashboard,
  overhang,
  resize,
  textOf,
  waitUntil,
} from './dashboard-page.ts';

const PICTURES = { data: backupsRun, empty: nothingYet, down: storeDown };
const SENTENCES = {
  data: 'All well: backups are running.',
  empty: 'Nothing wrong is known; store local was not asked yet.',
  down: 'Store ceph does not answer: connect ECONNREFUSED 192.0.2.21:7480.',
};
const views = (['data', 'empty', 'down'] as const).flatMap((name) =>
  [375, 1024, 1920].flatMap((width) =>
    (['light', 'dark'] as const).map((scheme) => ({ name, width, scheme })),
  ),
);

const missing = await browserMissing();

describe.skipIf(missing !== undefined)('the dashboard in a browser', () => {
  let browser: HeadlessBrowser;
  let server: DashboardServer;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dashboard-'));
    server = await DashboardServer.start({ picture: backupsRun });
    browser = await HeadlessBrowser.start();
  });

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  // To be looked at, where DASHBOARD_SCREENSHOTS names a directory.
  test.each(views)('$name at $width px, $scheme', async ({ name, width, scheme }) => {
    server.picture = PICTURES[name];
    const page = await openDashboard(browser, server.url, { width, scheme });
    try {
      await waitUntil(
        page,
        `document.querySelector('#verdict').textContent === ${JSON.stringify(SENTENCES[name])}`,
      );
      if (name !== 'empty') await waitUntil(page, `document.querySelector('#capacity canvas')`);
      expect(await textOf(page, '#verdict')).toBe(SENTENCES[name]);
      expect(await overhang(page, width)).toBe(0);
      expect(page.complaints).toEqual([]);
      expect(foreignRequests(page, server.url)).toEqual([]);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(contrastFaults)).toEqual([]);
      const folder = process.env['DASHBOARD_SCREENSHOTS'] ?? directory;
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${name}-${width}-${scheme}.png`);
      await page.screenshot(file);
      expect((await stat(file)).size).toBeGreaterThan(10_000);
    } finally {
      await page.close();
    }
  });

  test.each(Object.keys(PICTURES) as (keyof typeof PICTURES)[])(
    '%s fits from a small phone to a wide screen, and with letters twice as large',
    async (name) => {
      server.picture = PICTURES[name];
      const page = await openDashboard(browser, server.url);
      try {
        await waitUntil(
          page,
          `document.querySelector('#verdict').textContent === ${JSON.stringify(SENTENCES[name])}`,
        );
        const wide: number[] = [];
        const look = async (width: number, factor?: number) => {
          await resize(page, width, factor);
          if ((await overhang(page, width)) !== 0) wide.push(width);
        };
        for (let width = 320; width <= 2560; width += 80) await look(width);
        // A window of 1280 pixels zoomed to 200 % and to 400 %.
        await look(640, 2);
        await look(320, 4);
        await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
        for (const width of [640, 1024, 1920]) await look(width);
        expect(wide).toEqual([]);
        await page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true; })`);
        expect(await accessibilityFaults(page)).toEqual([]);
      } finally {
        await page.close();
      }
    },
  );

  test('the look itself finds what it looks for', async () => {
    const page = await openDashboard(browser, server.url, { width: 375 });
    try {
      await page.evaluate(`{
        const image = document.createElement('img');
        image.src = 'http://127.0.0.1:9/x.png';
        image.style.paddingLeft = '2000px';
        document.querySelector('main').append(image);
      }`);
      await waitUntil(page, 'document.images.length === 1');
      expect(await overhang(page, 375)).toBeGreaterThan(0);
      expect((await accessibilityFaults(page)).join()).toContain('image-alt');
      await expect.poll(() => page.complaints.join()).toMatch(/Content Security Policy/);
    } finally {
      await page.close();
    }
  });
});
