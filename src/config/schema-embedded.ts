// The keys of the embedded store: one directory, and nothing about how it is reached, since the gateway starts it itself.
import Type from 'typebox';
import { backendName, bucketName, count, directoryPath, size } from './leaves.ts';

export const embeddedBackend = Type.Object(
  {
    name: backendName(),
    kind: Type.Literal('embedded', { description: 'a store that the gateway runs itself, in a directory.' }),
    dataDirectory: directoryPath(
      'For `embedded`: the directory that holds everything; it is made where it does not exist.',
    ),
    reserve: size({
      default: '1GiB',
      isZeroAllowed: true,
      description: 'For `embedded`: free space of the file system that uploads must leave.',
    }),
    createBuckets: Type.Array(bucketName(), {
      default: [],
      description: 'For `embedded`: buckets that the start makes, with object lock, where they do not exist.',
    }),
    maxConnections: count({
      min: 1,
      max: 65_535,
      default: 512,
      description: 'Connections to each endpoint, or to the embedded store, at the most.',
    }),
  },
  { additionalProperties: false },
);
