// The mount server of a repository, which each revision shapes in its own way.
import { type Revision, reaches } from '../../veeam/vbr/revisions.ts';

/** As it is kept: by platform, as from 1.3-rev0. */
interface MountServers {
  readonly mountServerSettingsType: string;
  readonly windows?: unknown;
  readonly linux?: unknown;
}

/** What a client of any revision sent, as it is kept. */
export function keptMountServer(sent: unknown): MountServers | undefined {
  if (typeof sent !== 'object' || sent === null) return undefined;
  if (!('mountServerSettingsType' in sent)) return { mountServerSettingsType: 'windows', windows: sent };
  const servers = sent as MountServers;
  return { ...servers, mountServerSettingsType: servers.mountServerSettingsType.toLowerCase() };
}

/** Before 1.3-rev0 there is one server; from 1.3-rev2 the names of platforms begin with a capital letter. */
export function mountServerModel(kept: unknown, revision: Revision): unknown {
  const servers = keptMountServer(kept);
  if (servers === undefined) return undefined;
  if (!reaches(revision, '1.3-rev0')) return servers.windows ?? servers.linux;
  if (!reaches(revision, '1.3-rev2')) return servers;
  const { mountServerSettingsType: platform } = servers;
  return { ...servers, mountServerSettingsType: platform.charAt(0).toUpperCase() + platform.slice(1) };
}
