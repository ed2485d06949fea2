// Swagger UI at /swagger, from the schemas of the routes, with nothing from any other host.
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { ONE_VERSIONS } from './one/collection-route.ts';

export const SWAGGER_PREFIX = '/swagger';

/** An entry of "Select a definition". */
export interface SwaggerDefinition {
  readonly name: string;
  /** The value of the header x-api-version that is filled in; undefined where the API has no such header. */
  readonly revision?: string;
  /** Only paths that begin so, and those of no version. */
  readonly version?: string;
}

export interface SwaggerOptions {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** The first one is shown first. */
  readonly definitions: readonly SwaggerDefinition[];
}

/** Without inline scripts and without other hosts. Swagger UI sets styles on elements, and has pictures in its style sheet. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

type Operation = Record<string, unknown>;
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const NOT_VEEAM =
  'This is a rehearsal by sosapi-gateway: it speaks as much of the API as a storage gateway needs, and is not a Veeam server.';

/** The pages of the VBR port, a definition for each revision whose document is public, the default one first. */
export async function addVbrSwagger(app: FastifyInstance): Promise<void> {
  await addSwagger(app, {
    title: 'Rehearsal of the Veeam Backup & Replication REST API',
    description: NOT_VEEAM,
    version: '1.3-rev0',
    definitions: ['1.3-rev0', '1.3-rev2', '1.2-rev1'].map((revision) => ({ name: revision, revision })),
  });
}

/** The pages of the Veeam ONE port. */
export async function addOneSwagger(app: FastifyInstance): Promise<void> {
  await addSwagger(app, {
    title: 'Rehearsal of the Veeam ONE REST API',
    description: NOT_VEEAM,
    version: '2.3',
    definitions: ONE_VERSIONS.map((version) => ({ name: version, version })),
  });
}

/** To be called before the routes are registered, as it listens for them. */
export async function addSwagger(app: FastifyInstance, options: SwaggerOptions): Promise<void> {
  const { title, description, version, definitions } = options;
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version },
      components: { securitySchemes: { Bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ Bearer: [] }],
    },
  });
  // The address that the documents name; the page itself finds its parts from the address with a slash.
  app.get(`${SWAGGER_PREFIX}/index.html`, { schema: { hide: true } }, async (_request, reply) =>
    reply.redirect(`${SWAGGER_PREFIX}/`),
  );
  await app.register(fastifySwaggerUi, {
    routePrefix: SWAGGER_PREFIX,
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: { title },
    logo: { type: 'image/svg+xml', content: LOGO },
    uiConfig: {
      filter: true,
      docExpansion: 'list',
      urls: definitions.map(({ name }, index) => ({
        name,
        url: `${SWAGGER_PREFIX}/json?definition=${index}`,
      })),
    },
    transformSpecification: (document, request) => {
      const { definition = '0' } = request.query as { readonly definition?: string };
      const chosen = definitions[Number(definition)] ?? definitions[0];
      const paths = (document['paths'] ?? {}) as Paths;
      return chosen === undefined ? document : { ...document, paths: pathsOf(paths, chosen) };
    },
  });
}

// Drawn here, so that no one's mark is on the page.
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40"><text x="0" y="27" font-family="sans-serif" ' +
  'font-size="22" fill="#fff">Rehearsal</text></svg>';

function pathsOf(paths: Paths, { version, revision }: SwaggerDefinition): Paths {
  const kept = Object.entries(paths).filter(
    ([path]) => version === undefined || !/^\/api\/v\d/.test(path) || path.startsWith(`/api/${version}/`),
  );
  if (revision === undefined) return Object.fromEntries(kept);
  return Object.fromEntries(
    kept.map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [method, withRevision(operation, revision)]),
      ),
    ]),
  );
}

function withRevision(operation: Operation, revision: string): Operation {
  const { parameters } = operation as { readonly parameters?: readonly unknown[] };
  const header = {
    name: 'x-api-version',
    in: 'header',
    required: true,
    schema: { type: 'string', default: revision },
  };
  return { ...operation, parameters: [...(parameters ?? []), header] };
}
