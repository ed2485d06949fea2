// The channel to the process that started this one.
import { inspect } from 'node:util';
import type { FromStore, ToStore } from './messages.ts';

type Log = Extract<FromStore, { readonly kind: 'log' }>;

/** Present where this process was started with a channel. */
export function parentChannel(): ParentChannel | undefined {
  return process.send === undefined ? undefined : new ParentChannel();
}

export class ParentChannel {
  #unsent = 0;
  #onSent: (() => void) | undefined;

  /** Tells each message, and once that the parent is gone. */
  listen(onMessage: (message: ToStore) => void, onGone: () => void): void {
    process.on('message', (message) => onMessage(message as ToStore));
    process.once('disconnect', onGone);
  }

  /** To a parent that is gone nothing is sent. */
  send(message: FromStore): void {
    if (!process.connected) return;
    this.#unsent++;
    process.send?.(message, undefined, undefined, () => {
      this.#unsent--;
      if (this.#unsent === 0) this.#onSent?.();
    });
  }

  log(level: Log['level'], message: string, fields: Log['fields']): void {
    this.send({ kind: 'log', level, message, fields: plainFields(fields) });
  }

  /** Resolves when everything was handed to the system. */
  async sent(): Promise<void> {
    if (this.#unsent > 0) await new Promise<void>((resolve) => (this.#onSent = resolve));
  }
}

/** What can be cloned and says all there is to say: an Error would lose its code on the way, and a function not go at all. */
function plainFields(fields: Log['fields']): Log['fields'] {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, plain(value)]])),
  );
}

function plain(value: unknown): unknown {
  if (value instanceof Error) return plainError(value);
  if (Array.isArray(value)) return value.map(plain);
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    default:
      return inspect(value);
  }
}

function plainError(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  const head = code === undefined ? '' : `${code}: `;
  const because = error.cause instanceof Error ? `\ncaused by ${plainError(error.cause)}` : '';
  return `${head}${error.stack ?? error.message}${because}`;
}
