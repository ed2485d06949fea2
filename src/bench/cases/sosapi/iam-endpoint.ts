// Whether something that may be IAM or STS answers at an address.

const TIMEOUT_MS = 5000;
const NOT_THERE = [404, 405, 501];

/** What is wrong with it, to stand behind its name, or undefined. Sends one call without a signature. */
export async function answersIamCalls(
  url: string,
  action: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!URL.canParse(url) || !/^https?:/.test(url)) return `"${url}" is not an http or https URL`;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `Action=${action}`,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await answer.body?.cancel();
    return NOT_THERE.includes(answer.status) ? `${url} answers ${answer.status}` : undefined;
  } catch (error) {
    signal.throwIfAborted();
    return `${url} does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}
