// The program of the store's process. The gateway starts it with a channel for messages; it serves until that says stop.
import { flushCompileCache } from 'node:module';
import { parentChannel } from './parent-channel.ts';
import { EXIT, StoreProcess } from './store-process.ts';

const channel = parentChannel();

if (channel === undefined) {
  process.stderr.write('The store is started by the gateway, not by itself: run "sosapi-gateway serve".\n');
  process.exitCode = EXIT.refused;
} else {
  const store = new StoreProcess({
    channel,
    wallClock: Date.now,
    now: () => performance.now(),
    exit: (code) => process.exit(code),
    // Now, since a store that is killed keeps nothing of it.
    onServing: () => flushCompileCache(),
  });
  // They reach the whole group of processes; when the store ends is for the gateway to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('uncaughtException', (error) =>
    store.fail('the store ends because of an error of its own', error),
  );
  process.removeAllListeners('warning');
  process.on('warning', (warning) => channel.log('warn', warning.message, {}));
  channel.listen(
    (message) => store.take(message),
    () => store.orphaned(),
  );
}
