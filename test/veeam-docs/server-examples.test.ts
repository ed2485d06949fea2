// Every JSON example in the vendor's four texts, compared with what the rehearsal takes and answers.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../support/rehearsal-caller.ts';
import { RehearsalCaller } from '../support/rehearsal-caller.ts';
import { documentDirectory, withDocuments } from '../support/veeam-docs/document-directory.ts';
import { EXAMPLE_DOCUMENTS, type Example, readExamples } from './examples.ts';
import { ANSWER_EXCEPTIONS, REFUSED_REQUESTS } from './examples-exceptions.ts';
import { missingShapes } from './examples-shape.ts';
import { useWalks } from './server-fixture.ts';
import { walk } from './server-walk.ts';
import { Walker } from './server-walker.ts';

const REVISION = '1.3-rev0';
const directory = documentDirectory();
const all = directory === undefined ? [] : EXAMPLE_DOCUMENTS.map((name) => readExamples(directory, name));
const examples = all.flatMap(({ read }) => read);
const named = (kind: Example['kind']) =>
  examples
    .filter((example) => example.kind === kind)
    .map((example) => ({ ...example, name: `${example.method} ${example.path}` }));

describe.skipIf(directory === undefined)(withDocuments("the documents' examples"), () => {
  const walks = useWalks();
  let answers: readonly Answer[];
  let walker: Walker;
  let one: RehearsalCaller;
  let ids: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const first = await walks.start(REVISION);
    const vbr = await walk(first.options);
    const second = await walks.start(REVISION);
    const { options, rehearsal } = second;
    // The store's folders belong to the first rehearsal until the second one takes them over.
    walker = new Walker(options);
    await walker.login();
    const [credentialsId] = await walker.addCredentials();
    const [repository, other] = await walker.addRepositories(credentialsId);
    ids = {
      repository,
      scaleOut: await walker.addScaleOut([repository, other]),
      instance: await agentId(walker),
    };
    one = new RehearsalCaller(rehearsal.oneUrl, rehearsal.certPem);
    await walkOne(one, options);
    answers = [...vbr, ...one.answers];
  });

  test('all are read: none looks like JSON and is not', () => {
    expect(all.flatMap(({ unread }) => unread)).toEqual([]);
    expect(examples.length).toBeGreaterThan(50);
  });

  test.each(named('answer'))('$document, line $line: $name answers the same fields', (example) => {
    const own = answers.filter(
      ({ call, status }) =>
        status < 300 && call.method === example.method && generic(call.path) === generic(example.path),
    );
    expect(own).not.toEqual([]);
    if (example.status !== undefined) expect(own.map(({ status }) => status)).toContain(example.status);
    const missing = missingShapes(
      example.json,
      own.map(({ json }) => json),
    ).filter(({ path }) => !isExcepted(example, path));
    expect(missing).toEqual([]);
  });

  test.each(named('request'))('$document, line $line: $name is taken', async (example) => {
    const refusal = REFUSED_REQUESTS.find(
      ({ method, path }) => method === example.method && path === example.path,
    );
    const answer = await send(example);
    expect(answer.status).toBe(refusal?.status ?? expectedStatus(example));
    if (refusal !== undefined) expect(answer.text).toMatch(refusal.says);
  });

  test('every exception is one', () => {
    const needed = ANSWER_EXCEPTIONS.filter(({ call, field }) =>
      named('answer').some((example) => {
        const own = answers.filter(
          (answer) =>
            answer.status < 300 &&
            answer.call.method === example.method &&
            generic(answer.call.path) === generic(example.path),
        );
        return (
          call.test(example.name) &&
          missingShapes(
            example.json,
            own.map(({ json }) => json),
          ).some(({ path }) => field.test(path))
        );
      }),
    );
    expect(ANSWER_EXCEPTIONS.filter((one) => !needed.includes(one))).toEqual([]);
  });

  async function send({ method, path, json }: Example): Promise<Answer> {
    if (path.startsWith('/api/v2')) return await one.call({ method, path, body: json });
    const id = path.includes('/scaleOutRepositories/') ? ids['scaleOut'] : ids['repository'];
    const filled = { id: id ?? '', instanceId: ids['instance'] ?? '' };
    return await walker.step(method, path, { body: withOwnIds(json, ids), ids: filled });
  }
});

/** What the repositories and scale-out repositories of the examples are called is put in place of their ids. */
function withOwnIds(json: unknown, ids: Readonly<Record<string, string>>): unknown {
  const text = JSON.stringify(json, (name, value: unknown) =>
    name === 'repositoryIds' ? [ids['repository']] : value,
  );
  return JSON.parse(text) as unknown;
}

function expectedStatus({ method, path }: Example): number {
  const isAction = path.includes('/backupInfrastructure/');
  return method === 'POST' && isAction ? 201 : 200;
}

function isExcepted(example: Example, field: string): boolean {
  const name = `${example.method} ${example.path}`;
  return ANSWER_EXCEPTIONS.some((exception) => exception.call.test(name) && exception.field.test(field));
}

/** Ids and versions do not tell calls apart. */
function generic(path: string): string {
  return path
    .replace(/\{\w+\}|\/[0-9a-f]{8}-[0-9a-f-]{27}$|\/\d+$/g, (part) => (part.startsWith('/') ? '/{}' : '{}'))
    .replace(/^\/api\/v2\.\d/, '/api/v2');
}

async function agentId(walker: Walker): Promise<string> {
  const { json } = await walker.step('GET', '/api/v1/license/instances', { query: '?typeFilter=Server' });
  const { data } = json as { readonly data: readonly { readonly instanceId: string }[] };
  return data[0]?.instanceId ?? '';
}

async function walkOne(
  one: RehearsalCaller,
  { userName, password }: { readonly userName: string; readonly password: string },
): Promise<void> {
  const token = await one.call({
    method: 'POST',
    path: '/api/token',
    form: { grant_type: 'password', username: `one-srv\\${userName}`, password },
  });
  const { access_token: access } = token.json as { readonly access_token: string };
  one.headers = { authorization: `Bearer ${access}` };
  await one.call({ method: 'GET', path: '/api/v2.3/sessions' });
  await one.call({ method: 'GET', path: '/api/v2.3/sessions/{id}', ids: { id: '1000' } });
}
