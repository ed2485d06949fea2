// The program of a worker. The primary starts it with a channel for messages; it serves until that says stop, or is gone.
import cluster from 'node:cluster';
import { flushCompileCache } from 'node:module';
import type { ToWorker } from './worker-messages.ts';
import { WorkerProcess } from './worker-process.ts';

const { worker } = cluster;

if (worker === undefined) {
  process.stderr.write('A worker is started by the gateway, not by itself: run "sosapi-gateway serve".\n');
  process.exitCode = 2;
} else {
  // Else Node ends a worker at once when its primary is gone; ours lets transfers finish (lib/internal/cluster/child.js, 24.21).
  worker.exitedAfterDisconnect = true;
  const own = new WorkerProcess({
    // Now, since a worker that is killed keeps nothing of it.
    onServing: () => flushCompileCache(),
    exit: (code) => process.exit(code),
  });
  // They reach the whole group of processes; when a worker ends is for the primary to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('uncaughtException', (error) => own.fail(error));
  process.on('message', (message) => own.take(message as ToWorker));
  process.once('disconnect', () => own.orphaned());
}
