// What differs between two configs, in words for people: each changed setting with what it said and says. No secret is shown.
import { Secret } from '../secret.ts';
import { type ConfigDescription, HIDDEN, type Setting } from './difference-description.ts';

export interface Difference {
  /** As in `ConfigDescription`. */
  readonly path: string;
  /** Undefined where it was not there. */
  readonly before: string | undefined;
  /** Undefined where it is not there. */
  readonly after: string | undefined;
}

const ORDER = ' (order)';

/** In the order of `after`; what is only in `before` stands behind. `(hidden)` on both sides is a secret that changed. */
export function differencesOf(before: ConfigDescription, after: ConfigDescription): readonly Difference[] {
  const paths = new Set([...after.keys(), ...before.keys()]);
  return [...paths].flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (path.endsWith(ORDER) ? isSameOrder(was, is) : isSame(was, is)) return [];
    return [{ path, before: shown(was), after: shown(is) }];
  });
}

function isSame(one: Setting | undefined, other: Setting | undefined): boolean {
  if (one instanceof Secret && other instanceof Secret) return one.equals(other);
  return one === other;
}

/** What came and what went is told by its own settings: here only whether the others have changed places. */
function isSameOrder(one: Setting | undefined, other: Setting | undefined): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return true;
  const [before, after] = [one.split(', '), other.split(', ')];
  const inBoth = (name: string) => before.includes(name) && after.includes(name);
  return before.filter(inBoth).join() === after.filter(inBoth).join();
}

function shown(setting: Setting | undefined): string | undefined {
  return setting instanceof Secret ? HIDDEN : setting;
}
