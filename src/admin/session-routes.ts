// Login of the pages: a token is shown once and a session stands for it from then on.
import type { FastifyInstance } from 'fastify';
import { refuse, wrongToken } from './access-hook.ts';
import type { AdminLogin, Caller } from './login.ts';
import { Session, type SessionAnswer, SessionRequest, type SessionRequestBody } from './schemas.ts';
import { sessionIdOf, setSessionCookie } from './session-cookie.ts';

const OPEN = { role: 'none' } as const;
const TAGS = ['session'];

export function sessionRoutes(app: FastifyInstance, login: AdminLogin): void {
  app.get(
    '/api/session',
    {
      config: OPEN,
      schema: {
        summary: 'Whether a login is needed, and whose it is.',
        tags: TAGS,
        response: { 200: Session },
      },
    },
    async ({ caller }) => answerFor(login, caller),
  );

  app.post(
    '/api/session',
    {
      config: OPEN,
      schema: {
        summary: 'Logs a page in: the answer sets a cookie.',
        tags: TAGS,
        body: SessionRequest,
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      if (!login.isNeeded) return answerFor(login, undefined);
      const { token } = request.body as SessionRequestBody;
      const identified = login.identify({ token, remote: request.ip });
      if (identified.kind !== 'known') {
        const isWrong = identified.kind === 'wrong';
        request.isWrongLogin = isWrong && identified.isTold;
        return refuse(reply, wrongToken(isWrong ? identified.heldOffMs : 0));
      }
      const { caller } = identified;
      const former = sessionIdOf(request);
      if (former !== undefined) login.endSession(former);
      request.caller = caller;
      setSessionCookie(reply, login.beginSession(caller));
      return answerFor(login, caller);
    },
  );

  app.delete(
    '/api/session',
    { config: OPEN, schema: { summary: 'Logs the page out.', tags: TAGS, response: { 200: Session } } },
    async (request, reply) => {
      const id = sessionIdOf(request);
      if (id !== undefined) login.endSession(id);
      setSessionCookie(reply, undefined);
      // After this answer, which is one of that session too.
      reply.raw.once('finish', () => login.endWhatIsOver());
      return answerFor(login, undefined);
    },
  );
}

function answerFor({ isNeeded }: AdminLogin, caller: Caller | undefined): SessionAnswer {
  if (!isNeeded) return { login: 'none' };
  if (caller?.name === undefined) return { login: 'needed' };
  return { login: 'done', name: caller.name, role: caller.role };
}
