// What SIGHUP means to a gateway that serves: read the config again, unless it says that the terminal it ran on was closed.
import { isatty } from 'node:tty';

export interface HangUp {
  /** Resolves with SIGHUP when the terminal is gone. */
  readonly stop: Promise<NodeJS.Signals>;
  /** What every other SIGHUP does; one that came before is done now. */
  onReload(reload: () => void): void;
}

const STANDARD_STREAMS = [0, 1, 2];

/**
 * The same signal comes from `kill -HUP` and from a terminal that is closed. Before it sends it, Linux takes the terminal away from all
 * who have it open (`__tty_hangup` in drivers/tty/tty_io.c, read 2026-11): a stream that was a terminal at the start and is none now
 * tells the second. Then the gateway ends in good order, as it would without any handler but with its transfers finished; nobody is
 * surprised by one that goes on without a terminal.
 */
export function watchHangUp(): HangUp {
  const terminals = STANDARD_STREAMS.filter((fd) => isatty(fd));
  const { promise: stop, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let reload: (() => void) | undefined;
  let isWaiting = false;
  process.on('SIGHUP', (signal) => {
    if (terminals.some((fd) => !isatty(fd))) resolve(signal);
    else if (reload === undefined) isWaiting = true;
    else reload();
  });
  return {
    stop,
    onReload(callback) {
      reload = callback;
      if (isWaiting) callback();
    },
  };
}
