// The HTML report as a browser shows it: at a desk's and a phone's width, in light and dark, on paper, and full of malice.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../../src/bench/report/html-report.ts';
import type { BenchReport } from '../../../src/bench/report/report.ts';
import {
  type BrowserPage,
  browserMissing,
  HeadlessBrowser,
  type PageOptions,
} from '../../support/headless-browser.ts';
import {
  hostileReport,
  manyResults,
  realisticReport,
  sampleReport,
} from '../../support/sample-bench-report.ts';
import { contrastFaults, elementSkeleton, unnamedParts } from './look-at-page.ts';

const HOSTILE = `</pre></code><script>document.title='hacked'</script><img src="http://127.0.0.1:9/x" onerror="document.title='hacked'">"'<style>*{display:none}</style>\0\u202e\r\n${'long'.repeat(2560)}`;

const REPORTS: Readonly<Record<string, BenchReport>> = {
  realistic: realisticReport(),
  hostile: hostileReport(HOSTILE),
  harmless: hostileReport('x'),
  empty: sampleReport([]),
  passed: sampleReport(manyResults(60, () => 'passed')),
};

const missing = await browserMissing();

describe.skipIf(missing !== undefined)('report.html in a browser', () => {
  let browser: HeadlessBrowser;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bench-report-'));
    await Promise.all(
      Object.entries(REPORTS).map(([name, report]) => writeFile(fileOf(name), renderHtml(report))),
    );
    browser = await HeadlessBrowser.start();
  });

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const fileOf = (name: string) => join(directory, `${name}.html`);

  async function look<T>(
    name: string,
    options: PageOptions,
    at: (page: BrowserPage) => Promise<T>,
  ): Promise<T> {
    const page = await browser.open(pathToFileURL(fileOf(name)).href, options);
    try {
      return await at(page);
    } finally {
      await page.close();
    }
  }

  const widths = [1280, 768, 375, 320];
  const schemes = ['light', 'dark'] as const;
  const views = Object.keys(REPORTS).flatMap((name) =>
    widths.flatMap((width) => schemes.map((scheme) => ({ name, width, scheme }))),
  );

  test.each(views)(
    '$name at $width px, $scheme: fits, asks for nothing, complains of nothing',
    async ({ name, width, scheme }) => {
      await look(name, { width, scheme }, async (page) => {
        for (const isOpen of [false, true]) {
          if (isOpen) await openAll(page);
          const [content, window] = await page.evaluate<[number, number]>(
            '[document.documentElement.scrollWidth, window.innerWidth]',
          );
          expect(content).toBeLessThanOrEqual(width);
          expect(window).toBe(width);
        }
        expect(page.requests).toEqual([pathToFileURL(fileOf(name)).href]);
        expect(page.complaints).toEqual([]);
      });
    },
  );

  test('the look itself finds what does not fit, what is asked for and what is refused', async () => {
    const faults =
      '<p><img src="http://127.0.0.1:9/x.png" alt="" /><svg width="2000" height="5"></svg></p><script>document.title = 1;</script></body>';
    await writeFile(
      fileOf('broken'),
      renderHtml(sampleReport([])).replace('</body>', () => faults),
    );
    await look('broken', { width: 375, scheme: 'light' }, async (page) => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeGreaterThan(375);
      expect(page.complaints.join()).toMatch(
        /Content Security Policy.*img-src|img-src.*Content Security Policy/,
      );
      expect(page.complaints.join()).toMatch(/inline script/);
    });
  });

  test.each(schemes)('words and curves differ enough from their ground, %s', async (scheme) => {
    await look('realistic', { width: 1280, scheme }, async (page) => {
      await openAll(page);
      expect(await page.evaluate(contrastFaults)).toEqual([]);
      // The measure itself: words in the colour of their ground are found.
      await page.evaluate(
        `document.querySelector('h1').animate({ color: ['#777', '#777'] }, { duration: 1e9 })`,
      );
      expect(await page.evaluate(contrastFaults)).toHaveLength(1);
    });
  });

  test('a screen reader finds names for all regions, drawings and tables', async () => {
    await look('realistic', { width: 375, scheme: 'light' }, async (page) => {
      expect(await page.evaluate(unnamedParts)).toEqual([]);
      const { nodes } = await page.command<AccessibilityTree>('Accessibility.getFullAXTree', {});
      const roles = nodes
        .filter(({ ignored }) => !ignored)
        .map(({ role, name }) => [role?.value, name?.value]);
      for (const role of ['banner', 'navigation', 'main', 'contentinfo']) {
        expect(roles.filter(([found]) => found === role)).toHaveLength(1);
      }
      const named = roles.filter(([role]) => ['region', 'table', 'image', 'article'].includes(role ?? ''));
      expect(named.length).toBeGreaterThan(20);
      expect(named.filter(([, name]) => !name)).toEqual([]);
    });
  });

  test('the first key press leads past the contents', async () => {
    await look('realistic', { width: 1280, scheme: 'light' }, async (page) => {
      for (const type of ['keyDown', 'keyUp']) {
        await page.command('Input.dispatchKeyEvent', {
          type,
          key: 'Tab',
          code: 'Tab',
          windowsVirtualKeyCode: 9,
        });
      }
      const link = `(({ textContent, hash }) => ({ textContent, hash, left: document.activeElement.getBoundingClientRect().left }))(document.activeElement)`;
      const focused = await page.evaluate<{ textContent: string; hash: string; left: number }>(link);
      expect(focused).toMatchObject({ textContent: 'Skip to the report', hash: '#page-main' });
      expect(focused.left).toBeGreaterThanOrEqual(0);
    });
  });

  test('on paper, what is folded is open, light, and nothing is cut', async () => {
    await look('realistic', { width: 720, scheme: 'dark', media: 'print' }, async (page) => {
      const state = await page.evaluate<{
        closed: number;
        hidden: number;
        cut: number;
        ground: string;
        nav: string;
      }>(`(() => {
        const boxes = [...document.querySelectorAll('details:not([open]) pre')];
        return {
          closed: boxes.length,
          hidden: boxes.filter((box) => !box.checkVisibility({ contentVisibilityAuto: true }) || box.offsetHeight === 0).length,
          cut: boxes.filter((box) => box.scrollWidth > box.clientWidth).length,
          ground: getComputedStyle(document.documentElement).backgroundColor,
          nav: getComputedStyle(document.querySelector('nav')).display,
        };
      })()`);
      expect(state).toEqual({
        closed: expect.any(Number),
        hidden: 0,
        cut: 0,
        ground: 'rgb(255, 255, 255)',
        nav: 'none',
      });
      expect(state.closed).toBeGreaterThan(0);
    });
  });

  test('what a store says changes nothing but words', async () => {
    const at = async (page: BrowserPage) => ({
      skeleton: await page.evaluate<readonly string[]>(elementSkeleton),
      title: await page.evaluate<string>('document.title'),
      text: await page.evaluate<string>('document.body.textContent'),
    });
    const options: PageOptions = { width: 1280, scheme: 'light' };
    const [hostile, harmless] = [await look('hostile', options, at), await look('harmless', options, at)];
    expect(hostile.skeleton).toEqual(harmless.skeleton);
    expect(hostile.title).not.toBe('hacked');
    expect(hostile.text).toContain(`<script>document.title='hacked'</script>`);
    expect(hostile.text).toContain('⟨U+0000⟩⟨U+202E⟩⟨CR⟩');
  });

  // To be looked at, where BENCH_SCREENSHOTS names a directory.
  test.each([1280, 375].flatMap((width) => schemes.map((scheme) => ({ width, scheme }))))(
    'has its picture taken at $width px, $scheme',
    async ({ width, scheme }) => {
      const pictures = process.env['BENCH_SCREENSHOTS'] ?? directory;
      await mkdir(pictures, { recursive: true });
      for (const name of ['realistic', 'hostile']) {
        const file = join(pictures, `${name}-${width}-${scheme}.png`);
        await look(name, { width, scheme }, (page) => page.screenshot(file, { height: 4000 }));
        expect((await stat(file)).size).toBeGreaterThan(10_000);
      }
    },
  );
});

interface AccessibilityTree {
  readonly nodes: readonly {
    readonly ignored: boolean;
    readonly role?: { readonly value: string };
    readonly name?: { readonly value: string };
  }[];
}

function openAll(page: BrowserPage): Promise<unknown> {
  return page.evaluate(`document.querySelectorAll('details').forEach((details) => { details.open = true; })`);
}
