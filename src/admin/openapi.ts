// The document of the admin API, made from the routes' own schemas, and its page at /docs, with nothing from any other host.
import { fastifySwagger } from '@fastify/swagger';
import { fastifySwaggerUi } from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { PAGE_HEADER } from './foreign-call.ts';
import type { RouteRole } from './route-role.ts';
import { Refused } from './schemas.ts';
import { PAGE_HEADERS } from './security-headers.ts';

export const DOCS_PREFIX = '/docs';

/** Swagger UI sets styles on elements, and has fonts in its style sheet. */
const CONTENT_SECURITY_POLICY = PAGE_HEADERS['content-security-policy']
  .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
  .replace("font-src 'self'", "font-src 'self' data:");

const TAGS = [
  { name: 'health', description: 'For load balancers, kubelets and Prometheus.' },
  { name: 'session', description: 'Login of the pages.' },
  { name: 'capacity', description: 'How full the buckets are, and were.' },
  { name: 'veeam', description: 'What Veeam believes.' },
  { name: 'live', description: 'What the gateway does right now.' },
  { name: 'endpoints', description: 'The endpoints of the stores, and to take one out of service.' },
  { name: 'config', description: 'What the gateway runs with.' },
];

const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token that "sosapi-gateway token" made, its hash being under admin.tokens of the config.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'sosapi-admin',
    description: 'Set by POST /api/session; over HTTPS its name begins with __Host-.',
  },
  page: {
    type: 'apiKey',
    in: 'header',
    name: PAGE_HEADER,
    description: '`1`: beside a session, with whatever changes something.',
  },
} as const;

const DESCRIPTION = `What the gateway tells about itself, and what it can be told to do. Where the config has tokens everything but
the probes needs one: \`Authorization: Bearer TOKEN\`, or a session. Without tokens reading is open and nothing can be changed.`;

/** To be registered before the routes, as it listens for them. */
export function documentRoutes(app: FastifyInstance, version: string): void {
  void app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'sosapi-gateway', description: DESCRIPTION, version },
      tags: TAGS,
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: ({ schema, url, route }) => ({ schema: described(schema, route), url }),
  });
  void app.register(fastifySwaggerUi, {
    routePrefix: DOCS_PREFIX,
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: { title: 'sosapi-gateway' },
    logo: { type: 'image/svg+xml', content: LOGO },
    uiConfig: { docExpansion: 'list' },
  });
}

// No other project's mark on the page.
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text x="0" y="27" font-family="sans-serif" ' +
  'font-size="22" fill="#fff">sosapi-gateway</text></svg>';

/** A query that is described, and read by the route itself, which says more about what is wrong. */
export const READ_BY_ROUTE = { validatorCompiler: () => () => true } as const;

function described(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  if (schema?.hide === true) return schema;
  const role = route.config?.role ?? 'read-only';
  const isProbe = route.config?.isProbe === true;
  const refusals = isProbe ? {} : refusalsOf(role, route.method === 'GET');
  const { response = {} } = schema ?? {};
  return {
    ...schema,
    security: securityOf(role, route.method === 'GET'),
    response: { ...refusals, ...withDescriptions(response as Responses) },
  } as FastifySchema;
}

type Responses = Readonly<Record<string, { readonly description?: string }>>;

function withDescriptions(responses: Responses): Responses {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { description: Number(status) < 400 ? 'The answer.' : 'Why not.', ...response },
    ]),
  );
}

function securityOf(role: RouteRole, isRead: boolean) {
  const session = isRead ? { session: [] } : { session: [], page: [] };
  return role === 'none' ? [isRead ? {} : { page: [] }] : [{ token: [] }, session];
}

function refusalsOf(role: RouteRole, isRead: boolean): Readonly<Record<number, unknown>> {
  const said = (description: string) => ({ description, ...Refused });
  return {
    400: said('What was asked cannot be understood.'),
    401: said(role === 'none' ? 'A wrong token.' : 'A login is needed, or the token is wrong.'),
    403: said(
      isRead ? 'A page of another origin, or another Host.' : 'Not with this role, or not from this page.',
    ),
    429: said('Too many calls, or too many wrong tokens; Retry-After says until when.'),
  };
}
