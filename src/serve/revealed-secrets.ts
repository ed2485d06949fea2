// Secrets on their way to a process of our own: a Secret does not cross a channel, by design, so it goes revealed into that one
// message and is a Secret again at the other side.
import { Secret } from '../secret.ts';

/** No key of the config is written so. */
const MARK = '~secret';

/** The same value with each Secret as `{ '~secret': TEXT }`. For a channel between our own processes only. */
export function revealSecrets(value: unknown): unknown {
  return value instanceof Secret ? { [MARK]: value.reveal() } : eachWithin(value, revealSecrets);
}

/** What `revealSecrets` was given. */
export function concealSecrets(value: unknown): unknown {
  const text = isMap(value) ? value[MARK] : undefined;
  return typeof text === 'string' ? new Secret(text) : eachWithin(value, concealSecrets);
}

function eachWithin(value: unknown, change: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
