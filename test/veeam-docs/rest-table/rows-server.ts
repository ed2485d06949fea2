// Rows of the overview of the VBR API: login, what every request has, the server's own words, Swagger UI.
import { cell, endpointRow, type ParameterOf, parameter } from './cells.ts';
import type { Cell, EndpointRow } from './row.ts';
import { loginTest, pageTest, tokensTest, vbrTest } from './test-cells.ts';
import { REVISION } from './vbr-cells.ts';

const TOKENS = 'src/veeam/tokens.ts';
const ROUTES = 'src/rehearse/login/token-routes.ts';
const CONNECT = 'src/cli/veeam-arguments.ts';
const CALLS = 'src/veeam/bearer-calls.ts';
const APP = 'src/rehearse/http/rehearsal-app.ts';
const EVERY_COMMAND = cell(
  'every command that asks a server',
  'src/cli/veeam-connect.ts',
  'createVbrClient(',
);

const field = (name: string, client: string, command: Cell): ParameterOf =>
  parameter('body', name, {
    client: cell(client, TOKENS, name),
    command,
    rehearsal: cell('yes', ROUTES, name),
    test: loginTest(name),
  });

const sent = (name: string, has: string, rehearsal: Cell): ParameterOf =>
  parameter('header', name, { client: cell('sent', CALLS, has), rehearsal });

const answered = (name: string, client: Cell, has = `'${name.toLowerCase()}'`): ParameterOf =>
  parameter('answer header', name, {
    client,
    rehearsal: cell('sent', APP, has),
    test: loginTest(name.toLowerCase()),
  });

const UNREAD = cell('passed over', 'src/veeam/transport/veeam-transport.ts', 'readonly headers');
const LENGTH = cell(
  'by Node.js, at most 16 MiB',
  'src/veeam/transport/https-transport.ts',
  'MAX_ANSWER_BYTES',
);
const TYPE = cell('told where it is no JSON', 'src/veeam/answer-error.ts', "'content-type'");

/** A page for browsers: there is nothing for a client or a command in it but to say where it is. */
const SWAGGER = endpointRow({
  api: 'vbr',
  endpoint: 'GET /swagger/index.html',
  client: cell('a page for browsers', 'docs/veeam.md', '/swagger'),
  command: cell('`veeam rehearse` says where', 'src/cli/veeam-rehearse.ts', '/swagger'),
  rehearsal: cell('yes, on both ports', 'src/rehearse/swagger.ts', '/index.html'),
  test: pageTest('/swagger/index.html'),
});

export const ONE_SWAGGER: EndpointRow = { ...SWAGGER, api: 'one' };

export const SERVER_ROWS: readonly EndpointRow[] = [
  endpointRow({
    api: 'vbr',
    endpoint: 'POST /api/oauth2/token',
    names: ['Get Access Token'],
    client: cell('the first call, and when a token ends', TOKENS, "'password'"),
    command: EVERY_COMMAND,
    rehearsal: cell('yes', ROUTES, "'/api/oauth2/token'"),
    test: tokensTest('is got with the password at the first call'),
    parameters: [
      field('grant_type', 'by itself', EVERY_COMMAND),
      field('username', '`userName`', cell('`--user NAME`', CONNECT, "user: { type: 'string' }")),
      field(
        'password',
        '`password`',
        cell('`--password-file F`, `SOSAPI_VEEAM_PASSWORD`', CONNECT, 'SOSAPI_VEEAM_PASSWORD'),
      ),
      field('refresh_token', 'by itself', EVERY_COMMAND),
    ],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: 'POST /api/oauth2/logout',
    method: 'logout',
    client: cell('`logout`, `close`', 'src/veeam/vbr/endpoints.ts', '/api/oauth2/logout'),
    command: cell('the end of every command', 'src/cli/veeam-connect.ts', 'client.close()'),
    rehearsal: cell('yes', ROUTES, "'/api/oauth2/logout'"),
    test: tokensTest('ends the token on the server'),
  }),
  endpointRow({
    api: 'vbr',
    endpoint: 'every request',
    client: cell('every method', CALLS, 'headers: {'),
    command: EVERY_COMMAND,
    rehearsal: cell('every path', APP, 'ANSWER_HEADERS'),
    test: tokensTest("'x-api-version'"),
    parameters: [
      sent(
        'Authorization',
        'authorization:',
        cell('checked', 'src/rehearse/http/vbr-app.ts', 'authorization'),
      ),
      REVISION,
      sent('Content-Type', "'content-type'", cell('JSON, and forms for tokens', APP, "'application/json'")),
      sent('Accept', 'accept:', cell('answers JSON all the same', APP, 'JSON.stringify')),
      answered('Cache-Control', UNREAD),
      answered('Content-Length', LENGTH, 'fastify('),
      answered('Content-Type', TYPE, 'setSerializerCompiler'),
      answered('X-Frame-Options', UNREAD),
      answered('X-XSS-Protection', UNREAD),
      answered('Strict-Transport-Security', UNREAD),
      answered('X-Content-Type-Options', UNREAD),
      answered('Date', UNREAD, 'fastify('),
    ],
  }),
  ...['serverTime', 'serverInfo', 'serverCertificate'].map((name) =>
    endpointRow({
      api: 'vbr',
      endpoint: `GET /api/v1/${name}`,
      method: name,
      names: name === 'serverCertificate' ? ['Get Backup Server Certificate'] : [],
      client: cell(`\`${name}\``, 'src/veeam/vbr/create-vbr-client.ts', `${name}: () =>`),
      command: cell('`veeam server`', 'src/cli/veeam-server.ts', name),
      rehearsal: cell('yes', 'src/rehearse/server-routes.ts', `'/api/v1/${name}'`),
      test: vbrTest(name),
    }),
  ),
  SWAGGER,
];
