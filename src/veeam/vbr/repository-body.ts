// The body that adds or changes a repository, in the form of one revision.
import { VeeamRevisionError } from '../transport/veeam-error.ts';
import { lacking } from './request-line.ts';
import { type Revision, reaches } from './revisions.ts';
import type { MountServerSettings, MountServersSettings } from './schemas/mount-server.ts';
import type { Repository } from './schemas/repository.ts';
import type { RepositorySpec } from './vbr-specs.ts';

/** Fields that came later than the call. Source: the documents. */
const LATER_FIELDS: readonly { readonly path: readonly string[]; readonly since: Revision }[] = [
  { path: ['importBackup'], since: '1.3-rev0' },
  { path: ['importIndex'], since: '1.3-rev0' },
  { path: ['bucket', 'immutability', 'immutabilityMode'], since: '1.3-rev0' },
  { path: ['bucket', 'enableAutoProvision'], since: '1.3-rev1' },
  { path: ['bucket', 'workloadsPerBucketLimit'], since: '1.3-rev1' },
];

/** Throws a VeeamRevisionError for a field that the revision does not have. */
export function repositoryBody(spec: RepositorySpec, revision: Revision): unknown {
  refuseLaterFields(spec, revision);
  const { mountServer } = spec;
  if (mountServer === undefined) return spec;
  return {
    ...spec,
    mountServer: reaches(revision, '1.3-rev0')
      ? { ...mountServer, mountServerSettingsType: platformName(mountServer, revision) }
      : onlyMountServer(mountServer, revision),
  };
}

/** A model is sent in the form in which it came. */
export function repositoryModelBody(model: Repository, revision: Revision): unknown {
  refuseLaterFields(model, revision);
  return model;
}

function refuseLaterFields(body: object, revision: Revision): void {
  for (const { path, since } of LATER_FIELDS) {
    if (!reaches(revision, since) && valueAt(body, path) !== undefined) {
      throw lacking(path.join('.'), since, revision);
    }
  }
}

function valueAt(body: object, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    body,
  );
}

/** `linux` in 1.3-rev0, `Linux` in 1.3-rev2, and so with the others. */
function platformName({ mountServerSettingsType }: MountServersSettings, revision: Revision): string {
  const lower = mountServerSettingsType.toLowerCase();
  return reaches(revision, '1.3-rev2') ? `${lower.slice(0, 1).toUpperCase()}${lower.slice(1)}` : lower;
}

/** Before 1.3-rev0 there is one mount server, of whatever platform. */
function onlyMountServer({ windows, linux }: MountServersSettings, revision: Revision): MountServerSettings {
  const [one, another] = [windows, linux].filter((settings) => settings !== undefined);
  if (one === undefined || another !== undefined) {
    throw new VeeamRevisionError(
      `A repository in revision ${revision} of the VBR REST API has exactly one mount server: name one, Windows or Linux.`,
    );
  }
  return one;
}
