// The hand-written schemas of VBR's answers against the vendor's OpenAPI documents of three revisions.
import type { TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import { checked } from '../../src/veeam/checked.ts';
import { cloudBrowserResult } from '../../src/veeam/vbr/schemas/cloud-browser.ts';
import { cloudCredentials } from '../../src/veeam/vbr/schemas/cloud-credentials.ts';
import {
  capacityWorkload,
  capacityWorkloads,
  instanceWorkload,
  license,
  licenseRenewal,
  licenseUpdate,
  socketWorkload,
} from '../../src/veeam/vbr/schemas/license.ts';
import { pageOf } from '../../src/veeam/vbr/schemas/page.ts';
import { repository, s3Repository } from '../../src/veeam/vbr/schemas/repository.ts';
import { repositoryState } from '../../src/veeam/vbr/schemas/repository-state.ts';
import { scaleOutRepository } from '../../src/veeam/vbr/schemas/scale-out-repository.ts';
import { serverCertificate, serverInfo, serverTime } from '../../src/veeam/vbr/schemas/server.ts';
import { session, sessionLog, taskSession } from '../../src/veeam/vbr/schemas/session.ts';
import { documentDirectory, withDocuments } from '../support/veeam-docs/document-directory.ts';
import type { OpenApiSchema } from '../support/veeam-docs/json-schemas.ts';
import { openApiDocumentsHere } from '../support/veeam-docs/open-api-documents.ts';
import { flatSchema, sampleOf } from '../support/veeam-docs/sample-instance.ts';

/** Ours, by the name of the vendor's model. */
const OURS: Readonly<Record<string, TSchema>> = {
  ServerTimeModel: serverTime,
  ServerInfoModel: serverInfo,
  CertificateModel: serverCertificate,
  RepositoryModel: repository,
  S3CompatibleStorageModel: s3Repository,
  RepositoriesResult: pageOf(repository),
  RepositoryStateModel: repositoryState,
  RepositoryStatesResult: pageOf(repositoryState),
  ScaleOutRepositoryModel: scaleOutRepository,
  ScaleOutRepositoriesResult: pageOf(scaleOutRepository),
  SessionModel: session,
  SessionsResult: pageOf(session),
  SessionLogResult: sessionLog,
  TaskSessionModel: taskSession,
  TaskSessionsResult: pageOf(taskSession),
  CloudCredentialsModel: cloudCredentials,
  CloudCredentialsResult: pageOf(cloudCredentials),
  InstalledLicenseModel: license,
  SocketLicenseWorkloadModel: socketWorkload,
  SocketLicenseWorkloadResult: pageOf(socketWorkload),
  InstanceLicenseWorkloadModel: instanceWorkload,
  InstanceLicenseWorkloadResult: pageOf(instanceWorkload),
  CapacityLicenseWorkloadModel: capacityWorkload,
  CapacityLicenseWorkloadResult: capacityWorkloads,
  LicenseUpdateModel: licenseUpdate,
  LicenseRenewalModel: licenseRenewal,
  S3CompatibleBrowserModel: cloudBrowserResult,
};

/** Fields of children that ours has as optional ones of the base. */
const OF_CHILDREN: Readonly<Record<string, readonly string[]>> = {
  CloudCredentialsModel: ['.accessKey', '.uniqueId'],
  CloudCredentialsResult: ['.data[].accessKey', '.data[].uniqueId'],
  TaskSessionModel: ['.name', '.state', '.result'],
  TaskSessionsResult: ['.data[].name', '.data[].state', '.data[].result'],
};

/** Examples that contradict the schema beside them, and how. */
const SLIPS: readonly string[] = [
  'In CapacityLicenseWorkloadModelExample, name is missing.',
  'In RepositoryStatesResultExample, data[0].isOutOfDate should be boolean and is a string.',
  'In SocketLicenseWorkloadResultExample, data should be array and is an object.',
];

const CHILDREN = ['S3Compatible', 'Amazon', 'Backup'];

/** The parts of a JSON schema that TypeBox writes. */
interface Ours {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Ours>>;
  readonly required?: readonly string[];
  readonly items?: Ours;
  readonly anyOf?: readonly Ours[];
}

type Schemas = Readonly<Record<string, OpenApiSchema>>;

/** Where ours asks for more than the document gives, or for another type. */
function disagreements(ours: Ours, theirs: OpenApiSchema, schemas: Schemas, at: string): readonly string[] {
  if (ours.anyOf !== undefined) {
    const tried = ours.anyOf.map((one) => disagreements(one, theirs, schemas, at));
    return tried.some((one) => one.length === 0) ? [] : (tried[0] ?? []);
  }
  if (ours.type === undefined) return [];
  const found = resolved(theirs, schemas);
  const type = found.type ?? (found.allOf === undefined ? undefined : 'object');
  // A number takes an integer; the other way round would refuse what the document allows.
  if (ours.type !== type && !(ours.type === 'number' && type === 'integer')) {
    return [`${at}: ${type} there, ${ours.type} here`];
  }
  if (ours.type === 'array' && ours.items !== undefined && found.items !== undefined) {
    return disagreements(ours.items, found.items, schemas, `${at}[]`);
  }
  if (ours.properties === undefined) return [];
  const { properties, required } = flatSchema(schemas, found);
  const asksFor = new Set(ours.required);
  return Object.entries(ours.properties).flatMap(([name, inner]) => {
    const place = `${at}.${name}`;
    const missing = asksFor.has(name) && !required.has(name) ? [`${place}: required here, not there`] : [];
    const other = properties[name];
    return other === undefined ? missing : [...missing, ...disagreements(inner, other, schemas, place)];
  });
}

function resolved(schema: OpenApiSchema, schemas: Schemas): OpenApiSchema {
  const found = schema.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`${schema.$ref} is not in the document`);
  return found.$ref === undefined ? found : resolved(found, schemas);
}

/** `socketLicenseSummary.workload[].name` and its like, of every field of ours that is an object's. */
function fieldNames(ours: Ours, at = ''): readonly string[] {
  const inner = [...(ours.anyOf ?? [])].flatMap((one) => fieldNames(one, at));
  const items = ours.items === undefined ? [] : fieldNames(ours.items, `${at}[]`);
  const own = Object.entries(ours.properties ?? {}).flatMap(([name, property]) => [
    `${at}.${name}`,
    ...fieldNames(property, `${at}.${name}`),
  ]);
  return [...new Set([...inner, ...items, ...own])];
}

function hasField(theirs: OpenApiSchema, schemas: Schemas, field: string): boolean {
  const [, name = '', list, rest = ''] = /^\.([^.[]+)((?:\[\])*)(.*)$/.exec(field) ?? [];
  let inner = flatSchema(schemas, resolved(theirs, schemas)).properties[name];
  for (let at = 0; at < (list?.length ?? 0) && inner !== undefined; at += 2) {
    inner = resolved(inner, schemas).items;
  }
  return inner !== undefined && (rest === '' || hasField(inner, schemas, rest));
}

describe.skipIf(documentDirectory() === undefined)(withDocuments("the vendor's documents"), () => {
  const documents = openApiDocumentsHere();

  describe.each(documents)('$revision', ({ schemas, examples, schemaProblems }) => {
    test.each(Object.entries(OURS))('%s: what is required and of which type', (name, ours) => {
      expect(disagreements(ours as Ours, { $ref: `#/${name}` }, schemas, name)).toEqual([]);
    });

    test.each(Object.entries(OURS))('%s: what the document allows is taken', (name, ours) => {
      for (const full of [true, false]) {
        const sample = sampleOf({ $ref: `#/${name}` }, { schemas, full, types: CHILDREN });
        expect(schemaProblems(name)(sample), 'the sample is in the shape of the document').toEqual([]);
        expect(checked(ours, sample, name)).toEqual(sample);
      }
    });

    const shown = Object.entries(examples).filter(
      ([name]) => OURS[name.replace(/Example$/, '')] !== undefined,
    );
    test.skipIf(shown.length === 0)("the document's own examples are taken", () => {
      const refused = shown.flatMap(([name, { value }]) => {
        try {
          checked(OURS[name.replace(/Example$/, '')] as TSchema, value, name);
          return [];
        } catch (error) {
          return [error instanceof Error ? error.message : String(error)];
        }
      });
      expect(refused.filter((problem) => !SLIPS.includes(problem))).toEqual([]);
      expect(shown.length).toBeGreaterThan(refused.length);
    });
  });

  test.each(Object.entries(OURS))('%s: every field of ours is in one of the documents', (name, ours) => {
    const ofChildren = OF_CHILDREN[name] ?? [];
    const invented = fieldNames(ours as Ours).filter(
      (field) =>
        !ofChildren.some((known) => field === known || field.startsWith(`${known}.`)) &&
        !documents.some(({ schemas }) => hasField({ $ref: `#/${name}` }, schemas, field)),
    );
    expect(invented).toEqual([]);
  });

  test('the comparison can fail', () => {
    const [{ schemas } = { schemas: {} }] = documents;
    const wrong: Ours = {
      type: 'object',
      required: ['id', 'uniqueId', 'freeGB'],
      properties: { id: { type: 'number' }, uniqueId: { type: 'string' }, freeGB: { type: 'number' } },
    };
    expect(disagreements(wrong, { $ref: '#/RepositoryModel' }, schemas, 'it')).toEqual([
      'it.id: string there, number here',
      'it.uniqueId: required here, not there',
      'it.freeGB: required here, not there',
    ]);
    expect(hasField({ $ref: '#/RepositoryModel' }, schemas, '.freeGB')).toBe(false);
  });
});
