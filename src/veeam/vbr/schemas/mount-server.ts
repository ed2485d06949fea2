// The server that a repository's backups are mounted on. Source: MountServer(s)SettingsModel.
import Type, { type Static } from 'typebox';

/** The whole of `mountServer` in 1.2-rev1; one of its two halves from 1.3-rev0. */
export const mountServerSettings = Type.Object({
  mountServerId: Type.String(),
  writeCacheFolder: Type.String(),
  vPowerNFSEnabled: Type.Boolean(),
  vPowerNFSPortSettings: Type.Optional(
    Type.Object({
      mountPort: Type.Optional(Type.Integer()),
      vPowerNFSPort: Type.Optional(Type.Integer()),
    }),
  ),
});
export type MountServerSettings = Static<typeof mountServerSettings>;

export const mountServersSettings = Type.Object({
  /** `windows`, `linux` or `both`; from 1.3-rev2 with a capital letter. */
  mountServerSettingsType: Type.String(),
  windows: Type.Optional(mountServerSettings),
  linux: Type.Optional(mountServerSettings),
});
export type MountServersSettings = Static<typeof mountServersSettings>;
