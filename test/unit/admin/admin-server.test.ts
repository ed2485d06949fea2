import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import type { AdminPorts } from '../../../src/admin/ports.ts';

const ports: AdminPorts = {
  version: '1.2.3',
  isReady: async () => ({ ready: true, backends: [{ name: 'ceph', reachable: true }] }),
  renderMetrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'up 1\n' }),
  capacities: async () => [],
  capacityHistory: () => ({ stepMs: 60_000, series: [] }),
};

const open: ReturnType<typeof createAdminServer>[] = [];
function admin(change: Partial<AdminPorts> = {}) {
  const app = createAdminServer({ ...ports, ...change });
  open.push(app);
  return app;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

describe('createAdminServer', () => {
  test('/healthz says that the process is alive', async () => {
    const answer = await admin().inject('/healthz');
    expect([answer.statusCode, answer.body]).toEqual([200, '{"status":"ok"}']);
  });

  test('/readyz is 200 where the stores are reachable', async () => {
    const answer = await admin().inject('/readyz');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ready: true, backends: [{ name: 'ceph', reachable: true }] });
  });

  test('/readyz is 503 and says why where they are not', async () => {
    const readiness = {
      ready: false,
      backends: [{ name: 'ceph', reachable: false, detail: 'ECONNREFUSED' }],
    };
    const answer = await admin({ isReady: async () => readiness }).inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual(readiness);
  });

  test('/metrics passes the type and text on', async () => {
    const answer = await admin().inject('/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toBe('up 1\n');
  });

  test('a field that the schema does not list cannot get out', async () => {
    const row = { bucket: 'b', backend: 'ceph', served: true, secretAccessKey: 'hush' };
    const answer = await admin({ capacities: async () => [row] }).inject('/api/capacity');
    expect(answer.body).toContain('"served":true');
    expect(answer.body).not.toContain('hush');
  });

  test.each(['/api', '/healthz/', '/api/capacity/x', '/%2e%2e/etc/passwd', '/healthz%00', '/%ff'])(
    'knows no %s',
    async (url) => {
      const answer = await admin().inject(url);
      expect([400, 404]).toContain(answer.statusCode);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('%s is not allowed', async (method) => {
    const answer = await admin().inject({ method, url: '/healthz?x=1' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers['allow']).toBe('GET, HEAD');
  });

  test('HEAD is answered without a body', async () => {
    const answer = await admin().inject({ method: 'HEAD', url: '/healthz' });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });

  test.each([
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/capacity',
    '/api/capacity/history',
    '/api/capacity/history?to=x',
    '/nowhere',
    '/%ff',
  ])('%s carries the security headers', async (url) => {
    expect((await admin().inject(url)).headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  test('what went wrong inside is logged and not told', async () => {
    const told: object[] = [];
    const answer = await admin({
      renderMetrics: () => Promise.reject(new Error('/etc/secret unreadable')),
      logger: { error: (fields) => told.push(fields) },
    }).inject('/metrics');
    expect([answer.statusCode, answer.body]).toEqual([500, '{"error":"internal error"}']);
    expect(told).toMatchObject([{ err: { message: '/etc/secret unreadable' } }]);
  });

  test('a readiness that cannot be told is not ready', async () => {
    const answer = await admin({ isReady: () => Promise.reject(new Error('no')) }).inject('/readyz');
    expect(answer.statusCode).toBe(500);
  });

  test('over a socket, and closes although a client keeps its connection', async () => {
    const app = admin();
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const socket = connect(address.port, '127.0.0.1');
    const first = new Promise<string>((resolve, reject) => {
      socket.once('data', (data) => resolve(data.toString()));
      socket.once('error', reject);
    });
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await first).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\{"status":"ok"\}$/);

    const gone = new Promise((resolve) => socket.once('close', resolve));
    const started = performance.now();
    await app.close();
    await gone;
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
