// `bench record`: writes down what a real client asks of a store, without its secrets and its data.

import { stderr } from 'node:process';
import { recordCommand } from '../bench/recorder/command.ts';
import { UsageError } from './arguments.ts';
import { noMoreBenchWords } from './bench-arguments.ts';
import { interruptible } from './interruptible.ts';
import { parseSubArgs } from './sub-commands.ts';

const OPTIONS = {
  listen: { type: 'string' },
  target: { type: 'string' },
  out: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  ca: { type: 'string' },
  'hash-names': { type: 'boolean' },
} as const;

const USAGE = `  sosapi-gateway bench record --listen HOST:PORT --target URL --out FILE [--cert FILE --key FILE] [--ca FILE] [--hash-names]
          stands between a client, as a real VBR, and a store, passes on every byte as it is, and writes the shape of each
          request into FILE until Ctrl-C: no bodies, no credentials; with --hash-names no names either. The store sees
          the recorder's host name, so it must not insist on its own.
`;

export const benchRecord = { usage: USAGE, run };

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseSubArgs('bench', args, OPTIONS);
  noMoreBenchWords(positionals);
  const { cert, key, ca } = values;
  const { signal, release } = interruptible(() => {});
  try {
    await recordCommand({
      listen: needed('listen', values.listen),
      target: needed('target', values.target),
      out: needed('out', values.out),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(ca === undefined ? {} : { ca }),
      hashNames: values['hash-names'] === true,
      signal,
      say: (text) => stderr.write(`${text}\n`),
    });
    return 0;
  } finally {
    release();
  }
}

function needed(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing; see bench --help.`);
  return value;
}
