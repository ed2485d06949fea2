// Repositories over REST: list, add, change, remove, rescan, and how full they are.
import { checked, fitting } from '../checked.ts';
import { REPOSITORY_ENDPOINTS as ENDPOINTS } from './endpoints.ts';
import { repositoryBody, repositoryModelBody } from './repository-body.ts';
import { isS3Type, type Repository, repository, s3Repository } from './schemas/repository.ts';
import { repositoryState } from './schemas/repository-state.ts';
import { session } from './schemas/session.ts';
import type { VbrCalls } from './vbr-calls.ts';
import type { VbrRepositories } from './vbr-client.ts';

export function vbrRepositories(calls: VbrCalls): VbrRepositories {
  return {
    async *list(query = {}) {
      for await (const found of calls.items(repository, ENDPOINTS.list, query)) yield whole(found);
    },
    async get(id) {
      return whole(await calls.read(repository, ENDPOINTS.get, { id }));
    },
    add: (spec, { overwriteOwner } = {}) =>
      calls.read(session, ENDPOINTS.add, {
        query: { overwriteOwner },
        body: (revision) => repositoryBody(spec, revision),
      }),
    edit: (id, model) =>
      calls.read(session, ENDPOINTS.edit, { id, body: (revision) => repositoryModelBody(model, revision) }),
    async remove(id, { deleteBackups } = {}) {
      await calls.send(ENDPOINTS.remove, { id, query: { deleteBackups } });
    },
    rescan: (ids) => calls.read(session, ENDPOINTS.rescan, { body: () => ({ repositoryIds: ids }) }),
    states: (query = {}) => calls.items(repositoryState, ENDPOINTS.states, query),
  };
}

/**
 * The documents give the S3 fields to `S3Compatible`, and from 1.3-rev2 to `S3Integrated`: there they must be. Of
 * `SmartObjectS3`, which has only its name in 1.3-rev0, they say nothing: see `isS3Repository`.
 */
function whole(found: Repository): Repository {
  if (!isS3Type(found.type)) return found;
  if (found.type === 'SmartObjectS3') return fitting(s3Repository, found) ?? found;
  return checked(s3Repository, found, `what VBR says of the repository "${found.name}"`);
}
