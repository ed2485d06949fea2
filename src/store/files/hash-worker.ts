// The program of a hashing thread.
import { parentPort } from 'node:worker_threads';
import { BodyDigests } from './body-digests.ts';
import type { FromHashThread, ToHashThread } from './hash-messages.ts';

interface Body {
  readonly made: Promise<BodyDigests>;
  digests: BodyDigests | undefined;
}

const port = parentPort;
if (port === null) throw new Error('a hashing thread is started by the store');
const bodies = new Map<number, Body>();
const answer = (message: FromHashThread): void => port.postMessage(message);

port.on('message', (message: ToHashThread) => {
  if (message.kind === 'begin') {
    begin(message);
    return;
  }
  const body = bodies.get(message.body);
  if (body === undefined) throw new Error(`body ${message.body} was not begun`);
  // While it is being made what comes waits, in order; an error there ends the thread, and the store hears of that.
  if (body.digests === undefined) void body.made.then((digests) => take(message, digests));
  else take(message, body.digests);
});

function begin({ body, plan }: Extract<ToHashThread, { kind: 'begin' }>): void {
  const made = BodyDigests.create(plan);
  const entry: Body = { made, digests: undefined };
  bodies.set(body, entry);
  void made.then((digests) => {
    entry.digests = digests;
  });
}

function take(message: Exclude<ToHashThread, { kind: 'begin' }>, digests: BodyDigests): void {
  const { body } = message;
  switch (message.kind) {
    case 'update':
      digests.update(message.bytes);
      answer({ kind: 'updated', body });
      return;
    case 'digest':
      bodies.delete(body);
      answer({ kind: 'digested', body, digests: digests.digest() });
      return;
    case 'abandon':
      bodies.delete(body);
      return;
  }
}
