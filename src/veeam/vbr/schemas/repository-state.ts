// How full a repository is and whether it is online. Source: RepositoryStateModel.
import Type, { type Static } from 'typebox';

export const repositoryState = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  description: Type.String(),
  hostId: Type.Optional(Type.String()),
  hostName: Type.Optional(Type.String()),
  path: Type.Optional(Type.String()),
  /** GB of VBR, see sizes.ts. */
  capacityGB: Type.Number(),
  freeGB: Type.Number(),
  usedSpaceGB: Type.Number(),
  isOnline: Type.Boolean(),
  /** From 1.3-rev0, where it is required. */
  isOutOfDate: Type.Optional(Type.Boolean()),
  /** From 1.3-rev0; there where the repository is an extent. */
  scaleOutRepositoryDetails: Type.Optional(
    Type.Object({
      membership: Type.String(),
      scaleOutRepositoryId: Type.String(),
      /** `Performance`, `Capacity` or `Archive`. */
      extentType: Type.String(),
    }),
  ),
});
export type RepositoryState = Static<typeof repositoryState>;
