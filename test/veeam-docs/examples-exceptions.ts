// Where the rehearsal differs from an example of the vendor's texts, each time with the reason.

export interface AnswerException {
  /** Method and path as the text has them. */
  readonly call: RegExp;
  /** A field as `data[].repository.path`. */
  readonly field: RegExp;
  readonly reason: string;
}

export interface RefusedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** What the refusal says. */
  readonly says: RegExp;
  readonly reason: string;
}

const INFRASTRUCTURE = '/api/v1/backupInfrastructure';

export const ANSWER_EXCEPTIONS: readonly AnswerException[] = [
  {
    call: /^DELETE /,
    field: /^$/,
    reason: 'The example is an empty object with status 204, which has no body in HTTP.',
  },
  {
    call: /^GET \/api\/v1\/sessions\//,
    field: /^(\[\].*)?$/,
    reason:
      'The overview shows the data of a list without its envelope, under the address of a single session.',
  },
  {
    call: /^GET .*\/repositories(\/\{id\})?$/,
    field: /^(data\[\]\.)?(hostId|repository(\..*)?)$/,
    reason: 'The example is of a Windows or Linux repository; one on S3 has account and bucket instead.',
  },
  {
    call: /^GET .*\/repositories(\/\{id\})?$/,
    field: /^(data\[\]\.)?mountServer\./,
    reason: 'The mount server of the example is that of 1.2; in 1.3-rev0 the schema has it by platform.',
  },
  {
    call: /^GET .*\/repositories\/states$/,
    field: /^data\[\]\.isOutOfDate$/,
    reason: 'A text in the example, true or false in the schema of every revision that has it.',
  },
  {
    call: /^(POST|PUT) .*\/(repositories\/rescan|scaleOutRepositories(\/\{id\})?(\/\w+Mode)?)$/,
    field: /^(parentSessionId|platformName|platformId)$/,
    reason: 'The example has every field of the schema; such a session has no parent, and is of no platform.',
  },
  {
    call: /^(POST|PUT) .*\/(repositories\/rescan|scaleOutRepositories(\/\{id\})?(\/\w+Mode)?)$/,
    field: /^endTime$/,
    reason: 'The session has just begun.',
  },
  {
    call: /^POST .*\/(repositories\/rescan|scaleOutRepositories)$/,
    field: /^(resourceId|resourceReference)$/,
    reason: 'What the session makes is not there when it begins, and a rescan is of many.',
  },
  {
    call: /^POST .*\/scaleOutRepositories$|^GET .*\/scaleOutRepositories(\/\{id\})?$/,
    field: /^(data\[\]\.)?archiveTier\.extentId$/,
    reason: 'An archive extent must be of an archive type, which a rehearsal has not.',
  },
  {
    call: /^GET \/api\/v1\/license\/sockets$/,
    field: /^data(\..*)?$/,
    reason: 'One object in the example, a list in the schema of every revision.',
  },
  {
    call: /^POST \/api\/v1\/license\/capacity\/\{instanceId\}\/revoke$/,
    field: /^workloads/,
    reason: 'A list in the example, the one workload in the schema of every revision.',
  },
];

export const REFUSED_REQUESTS: readonly RefusedRequest[] = [
  {
    method: 'POST',
    path: `${INFRASTRUCTURE}/repositories`,
    status: 400,
    says: /type|account/,
    reason: 'It is a Windows repository: a rehearsal has those on S3-compatible storage only.',
  },
  {
    method: 'PUT',
    path: `${INFRASTRUCTURE}/repositories/{id}`,
    status: 400,
    says: /type|account/,
    reason: 'It is a Linux repository.',
  },
  {
    method: 'POST',
    path: `${INFRASTRUCTURE}/scaleOutRepositories`,
    status: 400,
    says: /There is no repository with the ID 497f6eca/,
    reason: 'Its extents are repositories that are not there.',
  },
  {
    method: 'PUT',
    path: `${INFRASTRUCTURE}/scaleOutRepositories/{id}`,
    status: 400,
    says: /id/,
    reason: 'Its ids are of nothing that is there.',
  },
  {
    method: 'POST',
    path: '/api/v1/license/install',
    status: 400,
    says: /real license/,
    reason: 'It is a license file of Veeam, which a rehearsal does not take.',
  },
];
