// The login of Veeam ONE: tokens for a password or a refresh token, and their end.
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Secret } from '../../secret.ts';
import type { TokenPair } from '../login/token-store.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import { OneError } from './one-error.ts';

const TokenForm = Type.Object({
  grant_type: Type.Optional(Type.String({ description: 'password or refresh_token' })),
  username: Type.Optional(Type.String()),
  password: Type.Optional(Type.String({ format: 'password' })),
  refresh_token: Type.Optional(Type.String()),
});

const RevokeForm = Type.Object({
  token: Type.Optional(Type.String({ description: 'An access token: this one is ended' })),
  UserSid: Type.Optional(Type.String({ description: 'The SID of the user: all his tokens are ended' })),
});

const TokenAnswer = Type.Object({
  access_token: Type.String(),
  refresh_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds' }),
  user: Type.String(),
  user_role: Type.String(),
  user_sid: Type.String({
    description: 'Only a rehearsal says it here; Veeam ONE has it inside of its token',
  }),
});

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data'];
const TAGS = ['Authentication'];

export function registerOneTokens(app: FastifyInstance, context: RehearsalContext): void {
  app.post<{ Body: Type.Static<typeof TokenForm> }>(
    '/api/token',
    {
      config: { anonymous: true },
      schema: {
        tags: TAGS,
        summary: 'Request Authorization Tokens',
        consumes: FORMS,
        body: TokenForm,
        response: { 200: TokenAnswer },
      },
    },
    async ({ body, headers }) => {
      requireForm(headers['content-type']);
      return tokenAnswer(granted(body, context), context);
    },
  );
  app.post<{ Body: Type.Static<typeof RevokeForm> }>(
    '/api/revoke',
    { schema: { tags: TAGS, summary: 'Revoke Authorization Tokens', consumes: FORMS, body: RevokeForm } },
    async ({ body, headers }, reply) => {
      requireForm(headers['content-type']);
      revoke(body, context);
      return reply.code(200).send();
    },
  );
}

/** The SID of the only user, made from the identity of the rehearsal: of the form that Windows gives its administrator. */
export function userSid({ identity }: Pick<RehearsalContext, 'identity'>): string {
  const digest = createHash('sha256').update(identity.serverId).digest();
  return `S-1-5-21-${digest.readUInt32BE(0)}-${digest.readUInt32BE(4)}-${digest.readUInt32BE(8)}-500`;
}

function granted(form: Type.Static<typeof TokenForm>, context: RehearsalContext): TokenPair {
  const { grant_type: grantType = 'password', username, password, refresh_token: refreshToken } = form;
  switch (grantType) {
    case 'password':
      if (username === undefined || password === undefined) {
        throw new OneError(400, 'The grant type password needs username and password.');
      }
      return byPassword(username, new Secret(password), context);
    case 'refresh_token': {
      if (refreshToken === undefined)
        throw new OneError(400, 'The grant type refresh_token needs refresh_token.');
      if (context.faults.refusesRefresh?.() === true)
        throw new OneError(400, 'The refresh token is refused.');
      const refreshed = context.oneTokens.refresh(refreshToken);
      if (refreshed === undefined) throw new OneError(400, 'The refresh token is unknown, used or expired.');
      return refreshed.pair;
    }
    default:
      throw new OneError(400, 'The grant_type must be password or refresh_token.');
  }
}

function byPassword(userName: string, password: Secret, context: RehearsalContext): TokenPair {
  switch (context.login.check(userName, password)) {
    case 'right':
      return context.oneTokens.issue(context.identity.userName);
    case 'wrong':
      throw new OneError(400, 'The user name or the password is not right.');
    case 'locked':
      throw new OneError(400, 'There were too many failed logins: try again in a minute.');
  }
}

function tokenAnswer(pair: TokenPair, context: RehearsalContext) {
  const { hostName, userName } = context.identity;
  return {
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    token_type: 'Bearer',
    expires_in: Math.floor((pair.accessExpiresAt - pair.issuedAt) / 1000),
    user: `${hostName.toUpperCase()}\\${userName}`,
    user_role: 'Admin',
    user_sid: userSid(context),
  };
}

function revoke({ token, UserSid: sid }: Type.Static<typeof RevokeForm>, context: RehearsalContext): void {
  if (token === undefined && sid === undefined) throw new OneError(400, 'Give token or UserSid.');
  if (token !== undefined && !context.oneTokens.revoke(token))
    throw new OneError(400, 'The token is not known.');
  if (sid === undefined) return;
  if (sid.toUpperCase() !== userSid(context)) throw new OneError(400, 'No user has this SID.');
  context.oneTokens.revokeAll(context.identity.userName);
}

function requireForm(contentType = ''): void {
  if (FORMS.some((form) => contentType.toLowerCase().startsWith(form))) return;
  throw new OneError(400, `The body must be ${FORMS.join(' or ')}.`);
}
