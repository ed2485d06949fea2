// What the rehearsal answers, compared with the vendor's OpenAPI documents in each of the three revisions.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../support/rehearsal-caller.ts';
import { documentDirectory, withDocuments } from '../support/veeam-docs/document-directory.ts';
import { DOCUMENTED_REVISIONS, openApiDocument } from '../support/veeam-docs/open-api-documents.ts';
import { useWalks } from './server-fixture.ts';
import { walk } from './server-walk.ts';

/** Paths of the documents that a rehearsal has not, each with the reason. */
const NOT_REHEARSED: readonly (readonly [path: RegExp, reason: string])[] = [
  [/oauth2\/authorization_code/, 'a grant of Enterprise Manager, beside the password grant'],
  [/cloudCredentials\/appRegistration/, 'of Microsoft Entra ID; a rehearsal has Amazon-style keys only'],
  [/cloudCredentials\/authenticate/, 'of Google'],
  [/cloudCredentials\/\{id\}\/change(Account|Certificate)/, 'of Google and Microsoft'],
  [/cloudCredentials\/\{id\}\/helperAppliances/, 'of clouds that run appliances'],
  [/cloudBrowser\/(virtualMachines|initializeVault|\{vaultId\})/, 'of clouds with machines, and of a vault'],
  [/repositories\/\{id\}\/accessPermissions/, 'who of the users may see a repository: there is one user'],
];

/** Statuses that the documents do not list for a call, each with the reason. */
const UNLISTED_STATUSES: readonly (readonly [answer: string, reason: string])[] = [
  [
    'GET /api/v1/backupInfrastructure/repositories/states: 400',
    'a query parameter of the wrong form, of which the documents say nothing for most lists',
  ],
];

/** Fields that an answer has beyond its schema, each with the reason. */
const FURTHER_FIELDS: readonly (readonly [problem: RegExp, reason: string])[] = [
  [/^POST \/api\/oauth2\/token 200: .*\(username\)$/, "it is in the example of the vendor's overview"],
];

const documents = documentDirectory();

describe.skipIf(documents === undefined)(withDocuments("the rehearsal's answers are as documented"), () => {
  const walks = useWalks();
  const answers = new Map<string, readonly Answer[]>();

  beforeAll(async () => {
    for (const revision of DOCUMENTED_REVISIONS) {
      const { options } = await walks.start(revision);
      answers.set(revision, await walk(options));
    }
  });

  describe.each(DOCUMENTED_REVISIONS)('%s', (revision) => {
    const given = () => answers.get(revision) ?? [];

    test('every path of the document is answered, or is left out for a reason', () => {
      const answered = new Set(
        given()
          .filter(({ status }) => status < 300)
          .map(({ call }) => `${call.method} ${call.path}`),
      );
      const missing = openApiDocument(revision)
        .operations.map(({ method, path }) => `${method} ${path}`)
        .filter((name) => !answered.has(name) && !NOT_REHEARSED.some(([path]) => path.test(name)));
      expect(missing).toEqual([]);
    });

    test('every status is one that the document lists', () => {
      const document = openApiDocument(revision);
      const strange = given().flatMap(({ call, status }) => {
        const operation = document.operation(call.method, call.path);
        return operation?.statuses.includes(status) === true
          ? []
          : [`${call.method} ${call.path}: ${status}`];
      });
      expect([...new Set(strange)]).toEqual(UNLISTED_STATUSES.map(([answer]) => answer));
    });

    test('every body fits its schema, without fields that the schema does not have', () => {
      const document = openApiDocument(revision, { closed: true });
      const problems = given().flatMap(({ call, status, json, text }) => {
        // There is no body in it, though 1.2-rev1 and 1.3-rev0 show an empty object.
        if (status === 204) return text === '' ? [] : [`${call.method} ${call.path}: a body with 204`];
        const check = document.answerProblems(call.method, call.path, status);
        const found = check === undefined ? [] : check(json ?? text);
        return found.map((problem) => `${call.method} ${call.path} ${status}: ${problem}`);
      });
      const left = problems.filter((problem) => !FURTHER_FIELDS.some(([known]) => known.test(problem)));
      expect([...new Set(left)]).toEqual([]);
    });

    test('every request of the walk is one that the document allows', () => {
      const document = openApiDocument(revision);
      const problems = given()
        .filter(({ status, call }) => status < 300 && call.body !== undefined)
        .flatMap(({ call }) =>
          (document.requestProblems(call.method, call.path)?.(call.body) ?? []).map(
            (problem) => `${call.method} ${call.path}: ${problem}`,
          ),
        );
      expect([...new Set(problems)]).toEqual([]);
    });

    test('every answer says that it is of a rehearsal', () => {
      expect(
        given().filter(({ headers }) => !String(headers['x-sosapi-rehearsal']).includes('rehearsal')),
      ).toEqual([]);
    });
  });
});
