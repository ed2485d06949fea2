// What a person calls the part of a key that all objects of one machine or share have. Pure.

/**
 * `where` is what the name does not say; the layouts are those of src/backend/balancing/entity-of-key.ts.
 * @param {string} entity
 * @returns {{ readonly name: string, readonly where: string }}
 */
export function entityWords(entity) {
  if (entity === '') return { name: 'Everything else', where: 'listings, other layouts' };
  const [, direct, client, backup] =
    /^Veeam\/Backup\/([^/]+)\/Clients\/([^/]+)\/([^/]+)\/?$/.exec(entity) ?? [];
  if (client !== undefined)
    return { name: bare(client), where: `folder ${direct}, backup ${bare(backup ?? '')}` };
  const [, folder, tier, index] = /^Veeam\/Archive\/([^/]+)\/([^/]+)\/([^/]+)\/?$/.exec(entity) ?? [];
  if (tier !== undefined)
    return { name: bare(tier), where: `folder ${folder}, part ${bare(index ?? '')}, capacity tier` };
  return { name: entity, where: '' };
}

/** Veeam puts its ids into braces. @param {string} id */
function bare(id) {
  return id.replace(/^\{(.+)\}$/, '$1');
}
