// The id in a path, as the documents have it everywhere.
import { Type } from 'typebox';

export const PathId = Type.Object({ id: Type.String({ format: 'uuid' }) });

export type PathIdOf = Type.Static<typeof PathId>;
