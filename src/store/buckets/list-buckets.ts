// ListBuckets, and HEAD of the service, which is the same without its body.
import { renderBucketList } from '../../s3/bucket-list.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { OWNER_ID, OWNER_NAME } from '../server/owner.ts';
import { integerParameter, parameter } from '../server/query.ts';

const MAX_BUCKETS = 10_000;

export function listBuckets({ request }: Call, { catalog, region }: StoreParts): Answer {
  const wantedRegion = parameter(request, 'bucket-region') || region;
  const body = renderBucketList(
    {
      ownerId: OWNER_ID,
      ownerName: OWNER_NAME,
      buckets: (wantedRegion === region ? catalog.buckets.all() : []).map(({ name, createdMs }) => ({
        name,
        creationDate: new Date(createdMs).toISOString(),
      })),
    },
    {
      prefix: parameter(request, 'prefix') ?? '',
      continuationToken: parameter(request, 'continuation-token') ?? '',
      maxBuckets: integerParameter(request, 'max-buckets', { min: 1, max: MAX_BUCKETS }) ?? MAX_BUCKETS,
    },
  );
  return { status: 200, headers: [['Content-Type', 'application/xml']], body };
}

/** What connection tests ask for (MaxIOFS, 2026): that the service is there. */
export function headService(): Answer {
  return { status: 200, headers: [['Content-Type', 'application/xml']] };
}
