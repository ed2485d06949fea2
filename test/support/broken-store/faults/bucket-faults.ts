// Faults in what a bucket, or the service, says of itself.
import {
  answering,
  emptyAnswer,
  errorAnswer,
  type Fault,
  handling,
  refusing,
  withHeader,
  withoutHeaders,
  withText,
  xmlAnswer,
} from '../fault.ts';
import type { StoreRequest } from '../store-request.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const isHeadOfBucket = ({ method, bucket, key }: StoreRequest) =>
  method === 'HEAD' && bucket !== '' && key === '';
const asksLock = (request: StoreRequest) => request.asks('object-lock');
const asksVersioning = (request: StoreRequest) => request.asks('versioning');

export const BUCKET_FAULTS: readonly Fault[] = [
  {
    id: 'row-17',
    row: 17,
    does: 'has a lifecycle rule that deletes blocks after three weeks',
    caughtBy: ['row-17', 'precondition-no-lifecycle'],
    handler: lifecycle('<Expiration><Days>21</Days></Expiration>'),
  },
  {
    id: 'row-29',
    row: 29,
    does: 'answers HEAD / with 404',
    caughtBy: ['row-29'],
    handler: refusing(({ method, bucket }) => method === 'HEAD' && bucket === '', 404, 'NoSuchKey'),
  },
  {
    id: 'row-30',
    row: 30,
    does: 'leaves x-amz-bucket-region out of HEAD of the bucket',
    caughtBy: ['row-30'],
    handler: answering(isHeadOfBucket, (answer) => withoutHeaders(answer, 'x-amz-bucket-region')),
  },
  {
    id: 'row-31',
    row: 31,
    does: 'says us-east-1 in ?location',
    caughtBy: ['row-31'],
    handler: answering(
      (request) => request.asks('location'),
      (answer) => withText(answer, (xml) => xml.replace('></', '>us-east-1</')),
    ),
  },
  {
    id: 'row-32',
    row: 32,
    does: 'has a default retention',
    caughtBy: ['row-32', 'precondition-no-default-retention'],
    handler: answering(asksLock, (answer) =>
      withText(answer, (xml) =>
        xml.replace(
          '</ObjectLockEnabled>',
          '</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule>',
        ),
      ),
    ),
  },
  {
    id: 'row-32-suspended',
    row: 32,
    does: 'has suspended versioning',
    caughtBy: ['row-32', 'precondition-versioning'],
    handler: answering(asksVersioning, (answer) =>
      withText(answer, (xml) => xml.replace('Enabled', 'Suspended')),
    ),
  },
  {
    id: 'row-33',
    row: 33,
    does: 'answers ?object-lock with 500 InternalError',
    caughtBy: ['row-33'],
    handler: refusing(asksLock, 500, 'InternalError'),
  },
  {
    id: 'row-34',
    row: 34,
    does: 'leaves x-amz-bucket-object-lock-enabled out of HEAD of the bucket',
    caughtBy: ['row-34'],
    handler: answering(isHeadOfBucket, (answer) =>
      withoutHeaders(answer, 'x-amz-bucket-object-lock-enabled'),
    ),
  },
  {
    id: 'row-46',
    row: 46,
    does: 'answers ?object-lock with 501 NotImplemented',
    caughtBy: ['row-46'],
    handler: refusing(asksLock, 501, 'NotImplemented'),
  },
  {
    id: 'row-48-suspend',
    row: 48,
    does: 'lets versioning of a bucket with object lock be suspended (made up: the store refuses)',
    caughtBy: ['row-48-suspend'],
    handler: handling(async (request, store) => {
      const answer = await store.pass(request);
      const isSetting = request.method === 'PUT' && request.key === '' && request.has('versioning');
      return isSetting && answer.status === 409 ? emptyAnswer(200) : answer;
    }),
  },
  {
    id: 'row-50',
    row: 50,
    does: 'answers ?object-lock of a bucket without it with 200 and nothing',
    caughtBy: ['row-50'],
    handler: answering(asksLock, (answer) => (answer.status === 404 ? emptyAnswer(200) : answer)),
  },
  {
    id: 'row-53',
    row: 53,
    does: 'answers ?versioning of a bucket with versioning without the root element',
    caughtBy: ['row-53'],
    handler: answering(asksVersioning, (answer) =>
      answer.body.includes('Enabled') ? xmlAnswer(200, '<Status>Enabled</Status>') : answer,
    ),
  },
  {
    id: 'row-53-unversioned',
    row: 53,
    does: 'answers ?versioning of a bucket that never had it with an empty body',
    caughtBy: ['row-53-unversioned'],
    handler: answering(asksVersioning, (answer) =>
      answer.body.includes('Status>') ? answer : xmlAnswer(200, ''),
    ),
  },
  {
    id: 'precondition-replication',
    does: 'replicates the bucket',
    caughtBy: ['precondition-no-replication'],
    handler: handling(async (request, store) =>
      request.asks('replication')
        ? xmlAnswer(
            200,
            `<ReplicationConfiguration ${NAMESPACE}><Role>r</Role><Rule><Status>Enabled</Status></Rule></ReplicationConfiguration>`,
          )
        : store.pass(request),
    ),
  },
  {
    id: 'precondition-mfa-delete',
    does: 'has MFA delete',
    caughtBy: ['precondition-versioning'],
    handler: answering(asksVersioning, (answer) =>
      withText(answer, (xml) => xml.replace('</Status>', '</Status><MfaDelete>Enabled</MfaDelete>')),
    ),
  },
  {
    id: 'precondition-clock',
    does: 'has a clock that is 20 minutes fast',
    caughtBy: ['precondition-clock'],
    handler: answering(isHeadOfBucket, (answer) =>
      withHeader(answer, 'Date', new Date(Date.now() + 20 * 60_000).toUTCString()),
    ),
  },
  {
    id: 'variant-user-agent',
    does: "knows ListObjectVersions only from clients with Veeam's user agent",
    caughtBy: ['variant-user-agent'],
    handler: handling(async (request, store) =>
      request.isVersionList && !request.header('user-agent')?.includes('Veeam')
        ? errorAnswer(501, 'NotImplemented', request)
        : store.pass(request),
    ),
  },
];

function lifecycle(action: string): Fault['handler'] {
  return handling(async (request, store) =>
    request.asks('lifecycle')
      ? xmlAnswer(
          200,
          `<LifecycleConfiguration ${NAMESPACE}><Rule><ID>tidy</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>${action}</Rule></LifecycleConfiguration>`,
        )
      : store.pass(request),
  );
}
