// A Chromium without a window, for tests that look at a page as a reader does: told what to do over its debugging protocol.
import { once } from 'node:events';
import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnedProcess } from './owned-process.ts';
import { waitFor } from './wait.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Why there is no browser here; undefined where there is one. Throws where REQUIRE_BROWSER is set and there is none. */
export async function browserMissing(): Promise<string | undefined> {
  const found = await access(CHROMIUM, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (found) return undefined;
  if (process.env['REQUIRE_BROWSER'] === '1') throw new Error(`REQUIRE_BROWSER: no ${CHROMIUM}`);
  return `no ${CHROMIUM}`;
}

export interface PageOptions {
  /** CSS pixels. */
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

type Parameters = Readonly<Record<string, unknown>>;

export class HeadlessBrowser implements AsyncDisposable {
  readonly #process: OwnedProcess;
  readonly #directory: string;
  readonly #protocol: Protocol;

  private constructor(process: OwnedProcess, directory: string, protocol: Protocol) {
    this.#process = process;
    this.#directory = directory;
    this.#protocol = protocol;
  }

  static async start(): Promise<HeadlessBrowser> {
    const directory = await mkdtemp(join(tmpdir(), 'browser-'));
    const chromium = new OwnedProcess(
      'chromium',
      CHROMIUM,
      [
        '--headless=new',
        '--remote-debugging-port=0',
        `--user-data-dir=${directory}`,
        // In a container there is no second user to drop to; only pages of the tests are opened.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        '--hide-scrollbars',
        'about:blank',
      ],
      { logFile: join(directory, 'chromium.log'), env: { ...process.env, HOME: directory } },
    );
    try {
      const [port, path] = await waitFor(
        async () => {
          const text = await readFile(join(directory, 'DevToolsActivePort'), 'utf8');
          const lines = text.split('\n');
          return lines.length > 1 && lines;
        },
        { what: 'the debugging port of Chromium' },
      );
      return new HeadlessBrowser(
        chromium,
        directory,
        await Protocol.connect(`ws://127.0.0.1:${port}${path}`),
      );
    } catch (error) {
      await chromium.stop(1000);
      throw error;
    }
  }

  /** Opens the page and waits until all of it is loaded. */
  async open(url: string, { width, scheme, media = 'screen' }: PageOptions): Promise<BrowserPage> {
    const { targetId } = await this.#protocol.send<{ targetId: string }>('Target.createTarget', {
      url: 'about:blank',
    });
    const { sessionId } = await this.#protocol.send<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    });
    const page = new BrowserPage(this.#protocol, sessionId, targetId);
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await page.command(`${domain}.enable`, {});
    await page.command('Emulation.setDeviceMetricsOverride', {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await page.command('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    const loaded = this.#protocol.event(sessionId, 'Page.loadEventFired');
    await page.command('Page.navigate', { url });
    await loaded;
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#protocol.close();
    await this.#process.stop();
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class BrowserPage {
  readonly #protocol: Protocol;
  readonly #session: string;
  readonly #target: string;

  constructor(protocol: Protocol, session: string, target: string) {
    this.#protocol = protocol;
    this.#session = session;
    this.#target = target;
  }

  /** The addresses that the page asked for, itself the first. */
  get requests(): readonly string[] {
    return this.#events('Network.requestWillBeSent').map(
      ({ request }) => (request as { readonly url: string }).url,
    );
  }

  /** What stands in the console: errors of scripts, what the policy refused, and messages. */
  get complaints(): readonly string[] {
    return ['Log.entryAdded', 'Runtime.exceptionThrown', 'Runtime.consoleAPICalled']
      .flatMap((name) => this.#events(name))
      .map((event) => JSON.stringify(event));
  }

  command<T = unknown>(method: string, parameters: Parameters): Promise<T> {
    return this.#protocol.send<T>(method, parameters, this.#session);
  }

  /** The value of an expression in the page, as JSON. The page's own policy does not bind it. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.command<{
      result: { value: T };
      exceptionDetails?: { exception?: { description?: string }; text: string };
    }>('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** The page from `top` on, at most `height` CSS pixels of it, as PNG. */
  async screenshot(file: string, { top = 0, height = 8000 } = {}): Promise<void> {
    const { cssContentSize } = await this.command<{ cssContentSize: { width: number; height: number } }>(
      'Page.getLayoutMetrics',
      {},
    );
    const { data } = await this.command<{ data: string }>('Page.captureScreenshot', {
      format: 'png',
      captureBeyondViewport: true,
      clip: {
        x: 0,
        y: top,
        width: cssContentSize.width,
        height: Math.max(1, Math.min(height, cssContentSize.height - top)),
        scale: 1,
      },
    });
    await writeFile(file, Buffer.from(data, 'base64'));
  }

  async close(): Promise<void> {
    await this.#protocol.send('Target.closeTarget', { targetId: this.#target });
  }

  #events(method: string): readonly Parameters[] {
    return this.#protocol.seen(this.#session, method);
  }
}

/** The debugging protocol: commands with an answer each, and events, over one WebSocket. */
class Protocol {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #seen: Message[] = [];
  readonly #listeners = new Set<(message: Message) => void>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Message));
    socket.addEventListener('close', () => {
      for (const answer of this.#waiting.values()) answer({ error: { message: 'the browser is gone' } });
      this.#waiting.clear();
    });
  }

  static async connect(url: string): Promise<Protocol> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Protocol(socket);
  }

  async send<T>(method: string, params: Parameters, sessionId?: string): Promise<T> {
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** The next one. */
  event(sessionId: string, method: string): Promise<void> {
    return new Promise((resolve) => {
      const listener = (message: Message): void => {
        if (message.sessionId !== sessionId || message.method !== method) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
  }

  seen(sessionId: string, method: string): readonly Parameters[] {
    return this.#seen
      .filter((message) => message.sessionId === sessionId && message.method === method)
      .map(({ params = {} }) => params);
  }

  close(): void {
    this.#socket.close();
  }

  #take(message: Message): void {
    if (message.id === undefined) {
      this.#seen.push(message);
      for (const listener of this.#listeners) listener(message);
      return;
    }
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}
