// The Helm chart: linted and rendered for each way of using it, safe in the fields that matter, with a config that the gateway takes.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../../src/config/load.ts';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { packagingTool, runTool } from '../../support/packaging/packaging-tool.ts';
import {
  lint,
  type Manifest,
  rendered,
  template,
  type Values,
} from '../../support/packaging/rendered-chart.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const HELM = packagingTool('helm') ?? '';
const SECRET_FILES = '/etc/sosapi-gateway/secrets';
const GIVEN = { veeam: 'secret-of-the-client', store: 'secret-of-the-store' };

const file = (name: string) => ({ file: `${SECRET_FILES}/${name}` });
const remote = (endpoint = 'http://store.example.com:9000') => ({
  backends: [
    {
      name: 'store',
      kind: 's3',
      endpoints: [endpoint],
      accessKeyId: 'STOREKEY',
      secretAccessKey: file('store'),
      capacity: { source: 'static', capacity: '10TiB', used: '1TiB' },
    },
  ],
});

const USES: Readonly<Record<string, Values>> = {
  'a store of its own': { secrets: { values: { veeam: GIVEN.veeam } } },
  'a remote store': { gateway: remote(), secrets: { values: GIVEN } },
  everything: {
    gateway: { ...remote(), hostNames: ['s3.example.com'] },
    secrets: { existingSecret: 'made-elsewhere' },
    tls: { existingSecret: 's3-example-com' },
    replicaCount: 3,
    image: { repository: 'images.example.com/sosapi-gateway', digest: `sha256:${'a'.repeat(64)}` },
    imagePullSecrets: [{ name: 'images' }],
    ingress: {
      enabled: true,
      className: 'nginx',
      annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '0' },
      hosts: ['s3.example.com'],
      tls: [{ hosts: ['s3.example.com'], secretName: 's3-example-com' }],
    },
    serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
    service: { type: 'LoadBalancer', annotations: { a: 'b' } },
    podAnnotations: { a: 'b' },
    podLabels: { c: 'd' },
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'storage', operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
  },
};

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly startupProbe: Probe;
  readonly securityContext: unknown;
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface PodSpec {
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly defaultMode: number } }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
}
interface Workload extends Manifest {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

const kinds = (manifests: readonly Manifest[]) => manifests.map(({ kind }) => kind).sort();

function only<T extends Manifest>(manifests: readonly Manifest[], ...kind: readonly string[]): T {
  const [found, ...more] = manifests.filter((manifest) => kind.includes(manifest.kind));
  if (found === undefined || more.length > 0) throw new Error(`not one ${kind}: ${kinds(manifests)}`);
  return found as T;
}

const workloadOf = (manifests: readonly Manifest[]) => only<Workload>(manifests, 'Deployment', 'StatefulSet');

function configText(manifests: readonly Manifest[]): string {
  const { data } = only<Manifest & { readonly data: Readonly<Record<string, string>> }>(
    manifests,
    'ConfigMap',
  );
  return data['gateway.yaml'] ?? '';
}

describe.skipIf(HELM === '')('the chart', () => {
  test.each(Object.entries({ defaults: {}, ...USES }))('%s: lints', async (_use, values) => {
    const { code, stdout, stderr } = await lint(HELM, values);
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(stdout).not.toMatch(/\[(?:WARNING|ERROR)\]/);
  });

  test('is of the version of the gateway', async () => {
    const chart = parse(await readFile(join(ROOT, 'charts/sosapi-gateway/Chart.yaml'), 'utf8')) as {
      readonly appVersion: string;
    };
    const product = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(chart.appVersion).toBe(product.version);
  });

  test('with a store of its own it is one pod with a volume that stays', async () => {
    const manifests = await rendered(HELM, USES['a store of its own'] ?? {});
    expect(kinds(manifests)).toEqual(['ConfigMap', 'Secret', 'Service', 'StatefulSet']);
    const { spec } = workloadOf(manifests);
    expect(spec.replicas).toBe(1);
    expect(spec.volumeClaimTemplates?.map(({ metadata }) => metadata.name)).toEqual(['data']);
    expect(spec).toMatchObject({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } });
  });

  test('in front of a remote store it is two pods, of which one at a time may be disrupted', async () => {
    const manifests = await rendered(HELM, USES['a remote store'] ?? {});
    expect(kinds(manifests)).toEqual(['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'Secret', 'Service']);
    const { spec } = workloadOf(manifests);
    expect(spec.replicas).toBe(2);
    expect(spec).toMatchObject({ strategy: { rollingUpdate: { maxUnavailable: 0 } } });
    expect(only(manifests, 'PodDisruptionBudget')['spec']).toEqual({
      maxUnavailable: 1,
      selector: spec.selector,
    });
  });

  test('with all that it offers', async () => {
    const manifests = await rendered(HELM, USES['everything'] ?? {});
    expect(kinds(manifests)).toEqual([
      'ConfigMap',
      'Deployment',
      'Ingress',
      'PodDisruptionBudget',
      'Service',
      'Service',
      'ServiceMonitor',
    ]);
    const { spec } = workloadOf(manifests).spec.template;
    expect(spec.containers[0].image).toBe(`images.example.com/sosapi-gateway@sha256:${'a'.repeat(64)}`);
    expect(spec.containers[0].ports.map(({ containerPort }) => containerPort)).toEqual([8080, 8443, 8082]);
    expect(only(manifests, 'Ingress')['spec']).toMatchObject({
      rules: [
        { host: 's3.example.com', http: { paths: [{ backend: { service: { port: { name: 's3' } } } }] } },
      ],
    });
    expect(only(manifests, 'ServiceMonitor')['spec']).toMatchObject({
      endpoints: [
        {
          port: 'metrics',
          path: '/metrics',
          relabelings: [{ targetLabel: 'job', replacement: 'sosapi-gateway' }],
        },
      ],
    });
  });

  describe.each(Object.entries(USES))('%s', (_use, values) => {
    test('pods may do nothing that they need not', async () => {
      const { spec } = workloadOf(await rendered(HELM, values)).spec.template;
      const [container] = spec.containers;
      // What the Pod Security Standard "restricted" asks for, and a file system that cannot be written.
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(spec.automountServiceAccountToken).toBe(false);
      for (const { secret } of spec.volumes) if (secret) expect(secret.defaultMode & 0o007).toBe(0);
      for (const { name, readOnly } of container.volumeMounts)
        expect(readOnly ?? false, name).toBe(name !== 'data');
    });

    test('probes ask the health listener, clients do not reach it, and nobody outside the pod the admin listener', async () => {
      const manifests = await rendered(HELM, values);
      const [container] = workloadOf(manifests).spec.template.spec.containers;
      const asked = [container.startupProbe, container.livenessProbe, container.readinessProbe];
      expect(asked.map(({ httpGet }) => httpGet)).toEqual([
        { path: '/healthz', port: 'health' },
        { path: '/healthz', port: 'health' },
        { path: '/readyz', port: 'health' },
      ]);
      const { config } = load(configText(manifests));
      const health = container.ports.find(({ name }) => name === 'health');
      expect(config.listeners.health).toEqual({
        host: '0.0.0.0',
        port: health?.containerPort,
        metrics: true,
      });
      expect(config.listeners.admin.host).toBe('127.0.0.1');
      expect(container.ports.map(({ containerPort }) => containerPort)).not.toContain(
        config.listeners.admin.port,
      );
      const service = manifests.find(
        ({ kind, metadata }) => kind === 'Service' && !metadata.name.endsWith('-metrics'),
      );
      expect(JSON.stringify(service)).not.toContain('"health"');
    });

    test('selectors find the pods', async () => {
      const manifests = await rendered(HELM, values);
      const { selector, template: pod } = workloadOf(manifests).spec;
      expect(pod.metadata.labels).toMatchObject(selector.matchLabels);
      for (const { kind, spec } of manifests) {
        if (kind === 'Service') expect(spec).toMatchObject({ selector: selector.matchLabels });
      }
    });

    test('no secret stands outside of a Secret', async () => {
      const manifests = await rendered(HELM, values);
      const text = JSON.stringify(manifests.filter(({ kind }) => kind !== 'Secret'));
      for (const secret of Object.values(GIVEN)) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(Buffer.from(secret).toString('base64'));
      }
    });

    test('a pod has the time that a stop takes', async () => {
      const manifests = await rendered(HELM, values);
      const { leaveMs, drainMs } = load(configText(manifests)).config.timeouts;
      const { spec } = workloadOf(manifests).spec.template;
      expect(leaveMs).toBe(10_000);
      // 5 s until workers are killed, 12 s for an embedded store.
      expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(leaveMs + drainMs + 17_000);
    });

    test('the config names files that are mounted', async () => {
      const manifests = await rendered(HELM, values);
      const [{ args, env, volumeMounts }] = workloadOf(manifests).spec.template.spec.containers;
      const mounts = volumeMounts.map(({ mountPath }) => mountPath);
      const { read, config } = load(configText(manifests));
      for (const path of read)
        expect(
          mounts.some((mount) => path.startsWith(`${mount}/`)),
          path,
        ).toBe(true);
      expect(mounts).toContain(args.at(-1));
      expect(env).toEqual([{ name: 'STATE_DIRECTORY', value: '/data/state' }]);
      for (const backend of config.backends) {
        if (backend.kind === 'embedded') expect(backend.dataDirectory).toMatch(/^\/data\//);
      }
    });
  });

  test.each([
    [
      'a secret as text',
      {
        gateway: { credentials: [{ accessKeyId: 'A', secretAccessKey: 'in-the-open', access: 'read-only' }] },
      },
      /secretAccessKey/,
    ],
    [
      'a secret from the environment',
      { gateway: { backends: [{ ...remote().backends[0], secretAccessKey: { env: 'S' } }] } },
      /secretAccessKey/,
    ],
    [
      'a secret deep inside as text',
      { gateway: { capacity: { webhook: { url: 'https://a.example', token: 'in-the-open' } } } },
      /gateway\.capacity\.webhook\.token must be \{ file: /,
    ],
    ['no secret at all', { secrets: { values: null } }, /give secrets\.existingSecret or secrets\.values/],
    ['listeners of its own', { gateway: { listeners: {} } }, /gateway\b.*(?:validate|not)/s],
    [
      'a data directory that is not on the volume',
      { gateway: { backends: [{ name: 'a', kind: 'embedded', dataDirectory: '/tmp/a' }] } },
      /dataDirectory/,
    ],
    ['a key that nobody knows', { replicas: 3 }, /replicas/],
  ])('%s is refused, and not shown', async (_what, values, reason) => {
    const { code, stdout, stderr } = await template(HELM, { secrets: { values: GIVEN }, ...values });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(reason);
    expect(`${stdout}${stderr}`).not.toContain('in-the-open');
  });

  test('every secret of the config is among those that it refuses as text', async () => {
    const folder = join(ROOT, 'src/config');
    const files = (await readdir(folder)).filter((name) => name.startsWith('schema'));
    const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
    const secrets = texts.flatMap((text) => [...text.matchAll(/(\w+): (?:Type\.Optional\()?secret\(/g)]);
    const helper = await readFile(join(ROOT, 'charts/sosapi-gateway/templates/_helpers.tpl'), 'utf8');
    const [, list = ''] = /has \$key \(list ([^)]*)\)/.exec(helper) ?? [];
    const refused = [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name);
    expect(refused.sort()).toEqual([...new Set(secrets.map(([, name]) => name))].sort());
  });

  test.each(['embedded', 'remote'])('check accepts the rendered config: %s', async (kind) => {
    const directory = await mkdtemp(join(tmpdir(), 'chart-check-'));
    await using store = await EmbeddedStore.start({
      dataDirectory: join(directory, 'store'),
      createBuckets: ['veeam-1'],
    });
    const { accessKeyId, secretAccessKey } = store.credentials;
    const [backend] = remote(store.endpoint).backends;
    const values = kind === 'embedded' ? {} : { gateway: { backends: [{ ...backend, accessKeyId }] } };
    const secrets = { values: { veeam: GIVEN.veeam, store: secretAccessKey } };
    const text = configText(await rendered(HELM, { ...values, secrets }));
    // Where the pod has its mounts this machine has a directory.
    const config = join(directory, 'gateway.yaml');
    await writeFile(
      config,
      text
        .replaceAll(SECRET_FILES, join(directory, 'secrets'))
        .replaceAll('/data/', `${directory}/`)
        .replace(`${directory}/store`, `${directory}/own`),
    );
    await mkdir(join(directory, 'secrets'));
    for (const [name, secret] of Object.entries(secrets.values)) {
      await writeFile(join(directory, 'secrets', name), secret, { mode: 0o440 });
    }
    const { code, stdout, stderr } = await runTool(
      process.execPath,
      ['src/cli/main.ts', 'check', '--config', config],
      { cwd: ROOT },
    );
    await rm(directory, { recursive: true, force: true });
    expect([code, stderr], stdout).toEqual([0, '']);
    expect(stdout).toMatch(kind === 'embedded' ? /^veeam-backup +local/m : /^veeam-1 +store/m);
  });
});

/** The config as the gateway reads it, and which files it read. */
function load(text: string) {
  const read: string[] = [];
  const pem = new URL('../config/fixtures/gateway', import.meta.url).pathname;
  const { config, warnings } = parseConfig(text, {
    file: '/etc/sosapi-gateway/gateway.yaml',
    env: { STATE_DIRECTORY: '/data/state' },
    readFile(path) {
      read.push(path);
      const [, end] = /tls\.(crt|key)$/.exec(path) ?? [];
      return {
        text: end === undefined ? 'a-long-secret' : readFileSync(`${pem}.${end}`, 'utf8'),
        isWorldReadable: false,
      };
    },
  });
  expect(warnings).toEqual([]);
  return { config, read };
}
