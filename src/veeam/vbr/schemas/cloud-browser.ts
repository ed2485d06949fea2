// What VBR sees in an object store. Source: S3CompatibleBrowserModel.
import Type, { type Static } from 'typebox';

export const cloudBrowserResult = Type.Object({
  credentialsId: Type.String(),
  serviceType: Type.String(),
  hostId: Type.Optional(Type.String()),
  connectionPoint: Type.Optional(Type.String()),
  regions: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.String()),
        name: Type.Optional(Type.String()),
        buckets: Type.Optional(
          Type.Array(
            Type.Object({
              name: Type.Optional(Type.String()),
              folders: Type.Optional(Type.Array(Type.String())),
            }),
          ),
        ),
      }),
    ),
  ),
});
export type CloudBrowserResult = Static<typeof cloudBrowserResult>;
