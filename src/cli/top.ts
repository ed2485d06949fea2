// `top`: what the gateway that runs does right now, on the whole screen of a terminal, as lines, or as JSON.
import { stderr, stdin, stdout } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { AdminRefusalError } from './admin-client.ts';
import { INTERRUPTED, interruptible } from './interruptible.ts';
import { TerminalScreen } from './terminal-screen.ts';
import { readTopArguments, type TopArguments } from './top-arguments.ts';
import { plainText, topLine } from './top-plain.ts';
import { topScreen } from './top-screen.ts';
import type { TopData } from './top-sections.ts';
import { askTop } from './top-source.ts';

type Ask = () => Promise<TopData>;

/** Where it is not a terminal that says how wide it is. */
const COLUMNS = 160;
const QUIT_KEYS = ['q', 'Q', '\x03'];

/**
 * Resolves with the exit code: 0, or what a signal makes of it. Rejects with one sentence where the gateway does not answer
 * at first, or refuses; once it has answered, one that goes away is asked again and again.
 */
export async function topCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const command = await readTopArguments(args, env);
  const ask: Ask = () => askTop(command.admin, command.token);
  const first = await ask();
  if (command.once) {
    stdout.write(
      command.json
        ? `${JSON.stringify(first, undefined, 2)}\n`
        : plainText(
            topScreen(
              { data: first },
              { columns: stdout.columns ?? COLUMNS, rows: Number.POSITIVE_INFINITY },
            ),
          ),
    );
    return 0;
  }
  const isFullScreen = stdout.isTTY === true && !command.json && env['TERM'] !== 'dumb';
  return isFullScreen ? await onScreen(first, ask, command, env) : await asLines(first, ask, command);
}

async function onScreen(
  first: TopData,
  ask: Ask,
  { intervalMs, admin }: TopArguments,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const quit = new AbortController();
  const signals = interruptible(() => quit.abort());
  let data = first;
  let trouble: string | undefined;
  const foot = `${admin}, every ${intervalMs / 1000} s; q quits`;
  const screen = new TerminalScreen({
    output: stdout,
    input: stdin.isTTY === true ? stdin : undefined,
    hasColours: (env['NO_COLOR'] ?? '') === '',
    onKey: (key) => {
      if (QUIT_KEYS.includes(key)) quit.abort();
    },
    onResize: () => draw(),
  });
  const draw = (): void => screen.draw(topScreen({ data, trouble, foot }, screen.size));
  screen.open();
  try {
    for (;;) {
      draw();
      await wait(intervalMs, undefined, { signal: quit.signal }).catch(() => {});
      if (quit.signal.aborted) return signals.signal.aborted ? INTERRUPTED : 0;
      const answer = await Promise.race([orTrouble(ask), aborted(quit.signal)]);
      if (answer === undefined) continue;
      if ('live' in answer) data = answer;
      trouble =
        'trouble' in answer ? `${answer.trouble} This is as of ${data.live.at.slice(11, 19)}.` : undefined;
    }
  } finally {
    screen.close();
    signals.release();
  }
}

async function asLines(first: TopData, ask: Ask, { intervalMs, json }: TopArguments): Promise<number> {
  const quit = new AbortController();
  const signals = interruptible(() => quit.abort());
  // Whoever read it has had enough: `top | head`.
  stdout.on('error', () => quit.abort());
  try {
    for (let answer: TopData | { readonly trouble: string } = first; ; answer = await orTrouble(ask)) {
      if ('live' in answer) stdout.write(json ? `${JSON.stringify(answer)}\n` : topLine(answer));
      else stderr.write(`${answer.trouble}\n`);
      await wait(intervalMs, undefined, { signal: quit.signal }).catch(() => {});
      if (quit.signal.aborted) return signals.signal.aborted ? INTERRUPTED : 0;
    }
  } finally {
    signals.release();
  }
}

/** Rejects only where asking again makes it no better, and a wrong token even worse. */
async function orTrouble(ask: Ask): Promise<TopData | { readonly trouble: string }> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AdminRefusalError && (error.status === 401 || error.status === 403)) throw error;
    return { trouble: error instanceof Error ? error.message : String(error) };
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
