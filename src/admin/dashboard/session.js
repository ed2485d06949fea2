// Who looks at the page, as the gateway knows it.

/**
 * @typedef {object} Session
 * @property {'none' | 'needed' | 'done'} login
 * @property {string} [name]
 * @property {'read-only' | 'operator'} [role]
 */

/** What a foreign page cannot send without being asked first. */
const CHANGING = { 'content-type': 'application/json', 'x-sosapi-admin': '1' };

/** Rejects where the gateway does not answer. @returns {Promise<Session>} */
export async function readSession() {
  const answer = await fetch('api/session');
  if (!answer.ok) throw new Error(await reasonOf(answer));
  return answer.json();
}

/** Rejects with a sentence. @param {string} token */
export async function signIn(token) {
  await change('POST', 'api/session', { token });
}

export async function signOut() {
  await change('DELETE', 'api/session');
}

/**
 * Rejects with a sentence.
 * @param {'drain' | 'undrain'} action
 * @param {{ backend: string, endpoint: string }} which
 */
export async function changeEndpoint(action, which) {
  await change('POST', `api/endpoints/${action}`, which);
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 */
async function change(method, url, body) {
  const answer = await fetch(url, { method, headers: CHANGING, body: JSON.stringify(body ?? {}) }).catch(
    () => {
      throw new Error('The gateway does not answer.');
    },
  );
  if (!answer.ok) throw new Error(await reasonOf(answer));
}

/** @param {Response} answer */
async function reasonOf(answer) {
  const body = await answer.json().catch(() => undefined);
  const said = typeof body?.error === 'string' ? body.error : `the gateway answered ${answer.status}`;
  const sentence = said.slice(0, 1).toUpperCase() + said.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
