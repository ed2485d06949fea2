// What a list must not hold: names that are not below its prefix, and names twice.

/**
 * What is wrong with the names of a list, to stand behind `a list`; undefined where nothing is. A leading slash of the
 * prefix counts or does not: AWS takes it as part of the key, SeaweedFS leaves it out (#7919), and Veeam works with both.
 */
export function misplacedIn(prefix: string, names: readonly string[]): string | undefined {
  const bare = prefix.replace(/^\//, '');
  const stray = names.find((name) => !name.startsWith(prefix) && !name.startsWith(bare));
  if (stray !== undefined) return `holds ${stray}, which is not below it`;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? undefined : `holds ${twice} twice`;
}
