// Which lifecycle rules of a bucket get in Veeam's way.

export interface LifecycleRule {
  readonly id: string;
  readonly status: string;
  /** Names of the elements in the rule, actions among them. */
  readonly actions: readonly string[];
}

const TOUCHES_OBJECTS = [
  'Expiration',
  'NoncurrentVersionExpiration',
  'Transition',
  'NoncurrentVersionTransition',
];

/** Undefined where no rule is enabled; harmless where none touches an object. */
export function lifecycleFault(
  rules: readonly LifecycleRule[],
): { readonly message: string; readonly isHarmless: boolean } | undefined {
  const enabled = rules.filter(({ status }) => status === 'Enabled');
  const [first] = enabled;
  if (first === undefined) return undefined;
  const bad = enabled.find(({ actions }) => actions.some((action) => TOUCHES_OBJECTS.includes(action)));
  const named = bad ?? first;
  const does = named.actions.filter((action) => /Expiration|Transition|Abort/.test(action)).join(', ');
  return {
    message: `The bucket has ${enabled.length} enabled lifecycle rules, among them "${named.id}" (${does || 'no action'}).`,
    isHarmless: bad === undefined,
  };
}
