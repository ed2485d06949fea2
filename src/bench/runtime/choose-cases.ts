// Which cases a run has: those of its profile, or those that were named.
import type { BenchCase, Profile } from '../bench-case.ts';
import { BenchRefusal } from './bench-target.ts';

export interface Choice {
  readonly profile: Profile;
  /** Ids; a `*` stands for anything. Named ones run whatever the profile. */
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

const SIZE: Readonly<Record<Profile, number>> = { smoke: 0, core: 1, full: 2, load: 2 };

/** In catalogue order. Throws BenchRefusal where a name fits no case. */
export function chooseCases(cases: readonly BenchCase[], choice: Choice): readonly BenchCase[] {
  const { profile, only = [], exclude = [] } = choice;
  for (const name of [...only, ...exclude]) {
    if (!cases.some(({ id }) => fits(name, id))) {
      throw new BenchRefusal(`there is no case "${name}": bench run --list names them all.`);
    }
  }
  return cases.filter((each) => {
    if (exclude.some((name) => fits(name, each.id))) return false;
    return only.length > 0 ? only.some((name) => fits(name, each.id)) : SIZE[each.profile] <= SIZE[profile];
  });
}

function fits(name: string, id: string): boolean {
  const pattern = name.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(id);
}
