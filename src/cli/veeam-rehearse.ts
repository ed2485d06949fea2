// `veeam rehearse`: a server that speaks Veeam's REST APIs, for people without a Veeam server.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stdout } from 'node:process';
import { parseArgs } from 'node:util';
import type { Rehearsal, RehearsalOptions } from '../rehearse/rehearsal-options.ts';
import { startRehearsal } from '../rehearse/rehearsal-server.ts';
import { StartRefusal } from '../rehearse/start-refusal.ts';
import { Secret } from '../secret.ts';
import { UsageError } from './arguments.ts';
import { interruptible } from './interruptible.ts';

const OPTIONS = {
  port: { type: 'string' },
  'one-port': { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  user: { type: 'string' },
  'password-file': { type: 'string' },
  poll: { type: 'string' },
  'storage-ca': { type: 'string' },
} as const;

const PASSWORD = 'SOSAPI_REHEARSE_PASSWORD';
const DEFAULT_PORT = 9419;
const DEFAULT_ONE_PORT = 1239;
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_DATA = './rehearsal-data';
const DEFAULT_USER = 'administrator';

const USAGE = `  sosapi-gateway veeam rehearse [--port 9419] [--one-port 1239] [--host 127.0.0.1] [--data DIRECTORY] [--user NAME]
                                [--password-file FILE] [--poll SECONDS] [--storage-ca FILE]
          speaks the REST APIs of Veeam Backup & Replication and of Veeam ONE over HTTPS until Ctrl-C, with a self-signed
          certificate, so that automation can be tried where no Veeam server can run. It really connects to the stores that
          are added as repositories, and writes nothing there but the markers of a repository's folder and its owner; it
          deletes nothing. The password of --user (${DEFAULT_USER}) is read from FILE or from
          ${PASSWORD}. What it knows, secret keys of stores too, is kept in DIRECTORY (${DEFAULT_DATA}).
          Capacity is read every 300 s unless --poll says otherwise; --storage-ca names CA certificates of stores in PEM.
`;

export const veeamRehearse = { usage: USAGE, run };

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = optionsOf(args, env);
  // From here on: a signal that comes while it starts stops it in good order, too.
  const { signal, release } = interruptible(() => {});
  try {
    const rehearsal = await started(options);
    try {
      stdout.write(startLines(rehearsal, options));
      await untilAborted(signal);
      stdout.write('Stopped.\n');
    } finally {
      await rehearsal.close();
    }
    return 0;
  } finally {
    release();
  }
}

/** Throws UsageError. */
function optionsOf(args: readonly string[], env: NodeJS.ProcessEnv): RehearsalOptions {
  const values = parse(args);
  const { host = DEFAULT_HOST, data = DEFAULT_DATA, user = DEFAULT_USER } = values;
  for (const [option, value] of Object.entries({ host, data, user })) {
    if (value.trim() === '') throw new UsageError(`--${option} is empty; see veeam rehearse --help.`);
  }
  const port = portOf('port', values.port, DEFAULT_PORT);
  const onePort = portOf('one-port', values['one-port'], DEFAULT_ONE_PORT);
  if (port === onePort && port !== 0)
    throw new UsageError(`--port and --one-port are both ${port}: they must differ.`);
  const storageCa = values['storage-ca'];
  return {
    port,
    onePort,
    host,
    dataDirectory: resolve(data),
    userName: user,
    password: passwordOf(values['password-file'], env),
    ...(values.poll === undefined ? {} : { pollMs: pollOf(values.poll) }),
    ...(storageCa === undefined ? {} : { storageCa: certificatesOf(storageCa) }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}; see veeam rehearse --help.`, { cause: error });
  }
}

function portOf(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(
    `--${option} "${text}" is no port: use a number from 0, which takes a free one, to 65535.`,
  );
}

function pollOf(text: string): number {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1) return seconds * 1000;
  throw new UsageError(`--poll "${text}" is no whole number of seconds from 1 to 99999.`);
}

function passwordOf(file: string | undefined, env: NodeJS.ProcessEnv): Secret {
  const text = file === undefined ? env[PASSWORD] : read('password-file', file).replace(/\r?\n$/, '');
  if (text === undefined) {
    throw new UsageError(`the password is missing: set ${PASSWORD} or name a file with --password-file.`);
  }
  if (text === '') throw new UsageError(`the password in ${file ?? PASSWORD} is empty: choose one.`);
  return new Secret(text);
}

function certificatesOf(file: string): string {
  const pem = read('storage-ca', file);
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw new UsageError(`--storage-ca ${file} holds no certificate in PEM.`);
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--${option} ${file} cannot be read (${code}).`, { cause: error });
  }
}

async function started(options: RehearsalOptions): Promise<Rehearsal> {
  try {
    return await startRehearsal(options);
  } catch (error) {
    throw error instanceof StartRefusal ? new UsageError(error.message, { cause: error }) : error;
  }
}

function startLines(
  { vbrUrl, oneUrl, fingerprint, dataDirectory }: Rehearsal,
  { userName }: RehearsalOptions,
): string {
  return `This is a rehearsal by sosapi-gateway, not a Veeam server.
VBR REST API        ${vbrUrl}
Veeam ONE REST API  ${oneUrl}
Swagger UI          ${vbrUrl}/swagger and ${oneUrl}/swagger
Certificate SHA-256 ${fingerprint}
Certificate file    ${dataDirectory}/certificate.pem
User                ${userName}
Data                ${dataDirectory}
Ctrl-C or SIGTERM stops it.
`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
