// Starting a listener, and saying in one sentence why it did not start.

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use that port',
  EADDRINUSE: 'another program uses that port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the name cannot be resolved',
};

/** What `start` gives; rejects with a sentence that names the address. */
export async function listen<T>(
  { host, port }: { readonly host: string; readonly port: number },
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`cannot listen on ${host}:${port}: ${REASONS[code ?? ''] ?? message}`, { cause: error });
  }
}
