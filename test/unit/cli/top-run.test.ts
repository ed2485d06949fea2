// `sosapi-gateway top` as users run it: on a real terminal that is looked at, in a pipe, and for scripts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import { waitFor } from '../../support/wait.ts';
import { known, OPERATOR, READER, runningAdmin, SETTINGS } from '../admin/login-fixture.ts';
import { Command } from './cli-fixture.ts';
import { Terminal } from './terminal-fixture.ts';
import { topData } from './top-fixture.ts';

const DATA = topData({ many: 12 });
let cwd = '';

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'top-'));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

interface Admin extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** The admin listener of a gateway that says what the fixture has. */
async function adminServer(port = 0): Promise<Admin> {
  const { live, capacity, veeam } = DATA;
  const { version, ...report } = live;
  const app = createAdminServer({
    version,
    isReady: async () => ({ ready: true, backends: [] }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    capacities: async () => capacity.capacities,
    capacityHistory: () => ({ stepMs: 60_000, series: [] }),
    live: async () => report,
    veeam: () => veeam,
  });
  const url = await app.listen({ host: '127.0.0.1', port });
  return {
    url,
    port: Number(new URL(url).port),
    [Symbol.asyncDispose]: async () => void (await app.close()),
  };
}

function onTerminal(
  admin: Admin,
  columns: number,
  rows: number,
  env: NodeJS.ProcessEnv = {},
): Promise<Terminal> {
  return Terminal.start(['top', '--admin', admin.url, '--interval', '500ms'], { cwd, columns, rows, env });
}

describe('on a terminal', () => {
  test.each([
    [80, 24],
    [200, 60],
  ])('fits %i columns and %i lines', async (columns, rows) => {
    await using admin = await adminServer();
    await using terminal = await onTerminal(admin, columns, rows);
    await terminal.shows('q quits');
    const { screen } = terminal;
    expect(screen.isAlternate).toBe(true);
    expect([screen.hasCursor, screen.wraps]).toEqual([false, false]);
    expect(screen.tooLong).toBe(0);
    expect(screen.lines[0]).toMatch(
      /^sosapi-gateway 1\.2\.3 {2}03:00:02 UTC, up 1 d 1 h, 2 workers, 37 connections$/,
    );
    for (const title of ['BUCKET', 'OPERATION', 'ENDPOINT', 'BUSIEST ENTITY', 'VEEAM REPOSITORY']) {
      expect(screen.text).toContain(title);
    }
    expect(screen.lines.at(-1)).toContain(admin.url);
    expect(screen.lines.filter((line) => line !== '').length).toBeGreaterThan(rows * 0.7);
    // Red for what is wrong, yellow for what needs a look.
    expect([...screen.styles]).toEqual(expect.arrayContaining(['31', '33', '1', '0']));
    await terminal.press('q');
    expect(await terminal.ended()).toEqual({ code: 0, isAsBefore: true });
    expect([screen.isAlternate, screen.hasCursor, screen.wraps]).toEqual([false, true, true]);
  });

  test('has no colours where NO_COLOR says so', async () => {
    await using admin = await adminServer();
    await using terminal = await onTerminal(admin, 80, 24, { NO_COLOR: '1' });
    await terminal.shows('q quits');
    expect([...terminal.screen.styles]).toEqual([]);
  });

  test.each([
    ['Ctrl-C', (terminal: Terminal) => terminal.press('\x03'), 0],
    ['SIGINT', (terminal: Terminal) => terminal.signal('SIGINT'), 130],
    ['SIGTERM', (terminal: Terminal) => terminal.signal('SIGTERM'), 130],
  ])('%s gives the terminal back', async (_name, end, expected) => {
    await using admin = await adminServer();
    await using terminal = await onTerminal(admin, 80, 24);
    await terminal.shows('q quits');
    await end(terminal);
    expect(await terminal.ended()).toEqual({ code: expected, isAsBefore: true });
    const { isAlternate, hasCursor, wraps } = terminal.screen;
    expect([isAlternate, hasCursor, wraps]).toEqual([false, true, true]);
  });

  test('follows the size of the terminal', async () => {
    await using admin = await adminServer();
    await using terminal = await onTerminal(admin, 80, 24);
    await terminal.shows('BUCKET 1 of 12');
    await terminal.resize(150, 120);
    await terminal.shows(/^BUCKET {2,}BACKEND/m);
    await waitFor(() => terminal.screen.lines[119]?.endsWith('q quits'), {
      what: 'the last line',
      everyMs: 20,
    });
    // Before the program knows of the first, it may still write lines of 150 columns; before it knows of the second, of 40.
    for (const columns of [40, 41]) {
      await terminal.resize(columns, 10);
      await waitFor(() => terminal.screen.lines[9]?.startsWith('http://127'), {
        what: 'the last line',
        everyMs: 20,
      });
    }
    expect(terminal.screen.tooLong).toBe(0);
  });

  test('what did not change is not written again', async () => {
    await using admin = await adminServer();
    await using terminal = await onTerminal(admin, 80, 24);
    await terminal.shows('q quits');
    const before = terminal.text;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(terminal.text).toBe(before);
  });

  test('a token that is no longer known ends it with a sentence, and the terminal is as it was', async () => {
    const { live, capacity, veeam } = DATA;
    await using admin = await runningAdmin({
      ports: { live: async () => live, capacities: async () => capacity.capacities, veeam: () => veeam },
    });
    const url = `http://127.0.0.1:${admin.port}`;
    const env = { SOSAPI_ADMIN_TOKEN: READER };
    await using terminal = await Terminal.start(['top', '--admin', url, '--interval', '500ms'], {
      cwd,
      columns: 200,
      rows: 24,
      env,
    });
    await terminal.shows('q quits');
    admin.login.replaceTokens({ ...SETTINGS, tokens: [known('ann', 'operator', OPERATOR)] });
    expect(await terminal.ended()).toEqual({ code: 1, isAsBefore: true });
    const { isAlternate, hasCursor, wraps } = terminal.screen;
    expect([isAlternate, hasCursor, wraps]).toEqual([false, true, true]);
    await terminal.shows(`sosapi-gateway: the gateway at ${url} does not know this token`);
    expect(terminal.text).not.toContain(READER);
  });

  test('says that the gateway is gone and goes on when it is back', async () => {
    const admin = await adminServer();
    await using terminal = await onTerminal(admin, 160, 40);
    await terminal.shows('q quits');
    await admin[Symbol.asyncDispose]();
    await terminal.shows(/no gateway answers at http:\/\/127\.0\.0\.1:\d+ \(/);
    expect(terminal.screen.text).toContain('BUCKET');
    await using again = await adminServer(admin.port);
    expect(again.port).toBe(admin.port);
    await waitFor(() => !terminal.screen.text.includes('no gateway answers'), {
      what: 'it to be back',
      everyMs: 20,
    });
    await terminal.press('q');
    expect(await terminal.ended()).toEqual({ code: 0, isAsBefore: true });
  });
});

describe('elsewhere', () => {
  test('--once --json is one object of the three answers', async () => {
    await using admin = await adminServer();
    await using command = new Command(['top', '--admin', admin.url, '--once', '--json'], { cwd });
    expect(await command.process.exited).toMatchObject({ code: 0 });
    expect(JSON.parse(command.out)).toEqual(DATA);
    expect(command.err).toBe('');
  });

  test('--once is all there is, without anything for a terminal', async () => {
    await using admin = await adminServer();
    await using command = new Command(['top', '--admin', admin.url, '--once'], { cwd });
    expect(await command.process.exited).toMatchObject({ code: 0 });
    expect(command.out).not.toContain('\x1b');
    expect(command.out.match(/^bucket-\d+ +ceph/gm)).toHaveLength(12);
  });

  test('a pipe gets a line each time, and Ctrl-C ends it', async () => {
    await using admin = await adminServer();
    await using command = new Command(['top', '--admin', admin.url, '--interval', '500ms'], { cwd });
    const line = /^03:00:02 {2}[\d.]+ requests\/s .*$/gm;
    await waitFor(() => (command.out.match(line) ?? []).length >= 2, { what: 'two lines', everyMs: 20 });
    command.process.signal('SIGINT');
    expect(await command.process.exited).toMatchObject({ code: 130 });
    expect(
      command.out
        .trimEnd()
        .split('\n')
        .every((each) => each.startsWith('03:00:02 ')),
    ).toBe(true);
  });

  test('a reader that has had enough ends it', async () => {
    await using admin = await adminServer();
    await using command = new Command(['top', '--admin', admin.url, '--interval', '500ms', '--json'], {
      cwd,
    });
    await waitFor(() => command.out.includes('\n'), { what: 'a line', everyMs: 20 });
    expect(JSON.parse(command.out.split('\n')[0] ?? '')).toEqual(DATA);
    command.process.child.stdout?.destroy();
    expect(await command.process.exited).toMatchObject({ code: 0 });
    expect(command.err).toBe('');
  });

  test.each([[['--once']], [['--once', '--json']], [[]]])('no gateway is one sentence: %j', async (args) => {
    await using command = new Command(['top', '--admin', 'http://127.0.0.1:1', ...args], { cwd });
    expect(await command.process.exited).toMatchObject({ code: 1 });
    expect(command.err).toMatch(/^sosapi-gateway: no gateway answers at http:\/\/127\.0\.0\.1:1 \(.*\.\n$/);
    expect(command.out).toBe('');
  });

  test('a wrong argument is one sentence', async () => {
    await using command = new Command(['top', '--interval', 'often'], { cwd });
    expect(await command.process.exited).toMatchObject({ code: 2 });
    expect(command.err).toMatch(/^sosapi-gateway: --interval is "often": .*\.\n$/);
  });
});
