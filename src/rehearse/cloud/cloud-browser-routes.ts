// The cloud browser: which buckets and folders the real endpoint has, and a new folder in one of them.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { badRequest } from '../http/rest-error.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import { listFolders, makeFolder } from '../storage/backup-folder.ts';
import { expectOk } from '../storage/inspect-bucket.ts';
import type { S3Connection } from '../storage/s3-connection.ts';
import { StorageFailure } from '../storage/storage-failure.ts';
import { childOf, childrenOf, textAt, xmlRoot } from '../storage/xml-document.ts';

const TAGS = ['Cloud Browser'];
const DEFAULT_REGION = 'us-east-1';
const Uuid = Type.String({ format: 'uuid' });

const BrowseQuery = Type.Object({ resetCache: Type.Optional(Type.Boolean()) });
const BrowseSpec = Type.Object({
  credentialsId: Uuid,
  // Of all services, a rehearsal has the one that it can really connect to.
  serviceType: Type.Literal('S3Compatible'),
  servicePoint: Type.String({ minLength: 1, maxLength: 2048 }),
  regionId: Type.Optional(Type.String({ maxLength: 255 })),
  gatewayServerId: Type.Optional(Uuid),
});
type BrowseSpec = Type.Static<typeof BrowseSpec>;

const FolderSpec = Type.Object({
  credentialsId: Uuid,
  serviceType: Type.Literal('S3Compatible'),
  connectionPoint: Type.String({ minLength: 1, maxLength: 2048 }),
  regionId: Type.String({ minLength: 1, maxLength: 255 }),
  bucketName: Type.String({ minLength: 3, maxLength: 255 }),
  newFolderName: Type.String({ pattern: '^[^/\\\\\\u0000-\\u001f]{1,255}$' }),
  hostId: Type.Optional(Uuid),
});
type FolderSpec = Type.Static<typeof FolderSpec>;

export function registerCloudBrowser(app: FastifyInstance, context: RehearsalContext): void {
  const ending = new AbortController();
  app.addHook('preClose', async () => ending.abort());

  app.post<{ Body: BrowseSpec }>(
    '/api/v1/cloudBrowser',
    { schema: { tags: TAGS, summary: 'Browse Cloud Entity', querystring: BrowseQuery, body: BrowseSpec } },
    async ({ body }) => {
      const { credentialsId, serviceType, servicePoint } = body;
      const regionId = body.regionId || DEFAULT_REGION;
      const account = { servicePoint, regionId, credentialsId };
      const buckets = await asBadRequest(context, account, async (connection) => {
        const names = await listBuckets(connection, ending.signal);
        return await Promise.all(names.map((name) => bucketModel(connection, name, ending.signal)));
      });
      return {
        credentialsId,
        serviceType,
        hostId: context.identity.serverId,
        connectionPoint: servicePoint,
        regions: [{ id: regionId, name: regionId, buckets }],
      };
    },
  );

  app.post<{ Body: FolderSpec }>(
    '/api/v1/cloudBrowser/newFolder',
    { schema: { tags: TAGS, summary: 'Create New Cloud Folder', body: FolderSpec } },
    async ({ body }, reply) => {
      const { credentialsId, connectionPoint: servicePoint, regionId, bucketName, newFolderName } = body;
      await asBadRequest(context, { servicePoint, regionId, credentialsId }, (connection) =>
        makeFolder(connection, bucketName, newFolderName, ending.signal),
      );
      return await reply.code(201).send({});
    },
  );
}

/** The documents have no status of their own for a store that says no: it is what the request named that is wrong. */
async function asBadRequest<Result>(
  context: RehearsalContext,
  account: { readonly servicePoint: string; readonly regionId: string; readonly credentialsId: string },
  work: (connection: S3Connection) => Promise<Result>,
): Promise<Result> {
  try {
    const credentialsId = account.credentialsId.toLowerCase();
    return await context.storage.use({ ...account, credentialsId }, work);
  } catch (error) {
    if (error instanceof StorageFailure) throw badRequest(error.message);
    throw error;
  }
}

async function listBuckets(connection: S3Connection, signal: AbortSignal): Promise<readonly string[]> {
  const answer = await connection.send({ method: 'GET' }, signal);
  const root = xmlRoot(expectOk(answer, 'The buckets cannot be listed').body, 'ListAllMyBucketsResult');
  return childrenOf(childOf(root, 'Buckets'), 'Bucket').flatMap((bucket) => textAt(bucket, 'Name') ?? []);
}

/** A bucket that these credentials may see and not list has no folders to choose from. */
async function bucketModel(connection: S3Connection, name: string, signal: AbortSignal) {
  try {
    return { name, folders: await listFolders(connection, name, signal) };
  } catch (error) {
    if (error instanceof StorageFailure) return { name, folders: [] };
    throw error;
  }
}
