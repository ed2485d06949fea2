// The login of the VBR port: tokens for a password, for a refresh token, and logout.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Secret } from '../../secret.ts';
import { badRequest, RestError } from '../http/rest-error.ts';
import { bearerOf } from '../http/vbr-app.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import type { TokenPair } from './token-store.ts';

const LoginBody = Type.Object(
  {
    grant_type: Type.String({ description: 'password or refresh_token' }),
    username: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
    refresh_token: Type.Optional(Type.String()),
  },
  { description: 'Form-encoded' },
);

type Login = Type.Static<typeof LoginBody>;

export function registerTokens(app: FastifyInstance, context: RehearsalContext): void {
  app.post<{ Body: Login }>(
    '/api/oauth2/token',
    {
      config: { anonymous: true },
      schema: {
        tags: ['Login'],
        summary: 'Get Access Token',
        consumes: ['application/x-www-form-urlencoded'],
        body: LoginBody,
      },
    },
    async ({ body, headers }) => {
      if (!/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) {
        throw badRequest('The body of a login is application/x-www-form-urlencoded.');
      }
      return granted(body, context);
    },
  );

  app.post(
    '/api/oauth2/logout',
    { schema: { tags: ['Login'], summary: 'Log Out' } },
    async (request, reply) => {
      context.vbrTokens.revoke(bearerOf(request) ?? '');
      return await reply.code(200).send({});
    },
  );
}

function granted(login: Login, context: RehearsalContext) {
  // Revision 1.3-rev2 begins the names of grants with a capital letter.
  switch (login.grant_type.toLowerCase()) {
    case 'password':
      return answerOf(byPassword(login, context), login.username);
    case 'refresh_token':
      return answerOf(byRefresh(login, context), undefined);
    case 'authorization_code':
    case 'vbr_token':
      throw badRequest(
        `A rehearsal does not know the grant_type ${login.grant_type}: use password or refresh_token.`,
      );
    default:
      throw badRequest('The grant_type must be password or refresh_token.');
  }
}

function byPassword({ username, password }: Login, context: RehearsalContext): TokenPair {
  if (username === undefined || username === '') throw badRequest('The field username is missing.');
  if (password === undefined || password === '') throw badRequest('The field password is missing.');
  switch (context.login.check(username, new Secret(password))) {
    case 'right':
      return context.vbrTokens.issue(context.identity.userName);
    case 'wrong':
      throw new RestError(401, 'AccessDenied', 'The user name or the password is not right.');
    case 'locked':
      throw new RestError(401, 'AccessDenied', 'There were too many failed logins: try again in a minute.');
  }
}

function byRefresh({ refresh_token: token }: Login, context: RehearsalContext): TokenPair {
  if (token === undefined || token === '') throw badRequest('The field refresh_token is missing.');
  const refreshed = context.faults.refusesRefresh?.() === true ? undefined : context.vbrTokens.refresh(token);
  if (refreshed === undefined) {
    throw new RestError(
      401,
      'InvalidToken',
      'The refresh token is not known, was used before, or has expired.',
    );
  }
  return refreshed.pair;
}

function answerOf(pair: TokenPair, userName: string | undefined) {
  return {
    access_token: pair.accessToken,
    token_type: 'bearer',
    refresh_token: pair.refreshToken,
    expires_in: Math.floor((pair.accessExpiresAt - pair.issuedAt) / 1000),
    '.issued': new Date(pair.issuedAt).toISOString(),
    '.expires': new Date(pair.accessExpiresAt).toISOString(),
    // The overview's example of a login by password has it, its example of a refresh has not.
    ...(userName === undefined ? {} : { username: userName }),
  };
}
