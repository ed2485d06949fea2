// Alert rules and dashboard: promtool takes them, each alert is tested, and all that they name is on the page of a real gateway.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { numbersOf } from '../../support/capacity-document.ts';
import { useGatewayWithOwnStore } from '../../support/embedded-store-fixture.ts';
import { packagingTool, runTool } from '../../support/packaging/packaging-tool.ts';
import { familyOf, GIVEN_LABELS, pageLabels, promqlNames } from '../../support/packaging/promql-names.ts';
import { sdk } from '../../support/s3-clients.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const FOLDER = join(ROOT, 'docker/monitoring');
const read = (name: string) => readFile(join(FOLDER, name), 'utf8');
const PROMTOOL = packagingTool('promtool') ?? '';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const RULES = (
  parse(await read('alerts.yaml')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
).groups.flatMap(({ rules }) => rules);
const DASHBOARD = JSON.parse(await read('dashboard.json')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
};
const QUERIES = DASHBOARD.panels.flatMap(({ title, targets = [] }) =>
  targets.map((target) => ({ title, ...target })),
);

/** As Grafana fills it in. */
function filled(expression: string): string {
  return expression.replaceAll('$__rate_interval', '5m').replaceAll(/\$(?:job|instance|bucket)\b/g, '.*');
}

describe('the alert rules', () => {
  test.skipIf(PROMTOOL === '')('are what Prometheus takes, with its config', async () => {
    const { code, stdout, stderr } = await runTool(PROMTOOL, ['check', 'config', 'prometheus.yml'], {
      cwd: FOLDER,
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`SUCCESS: ${RULES.length} rules found`);
  });

  test.skipIf(PROMTOOL === '')('fire when they should and not else', async () => {
    const { code, stdout, stderr } = await runTool(PROMTOOL, ['test', 'rules', 'alerts.test.yaml'], {
      cwd: FOLDER,
    });
    expect(code, `${stdout}${stderr}`).toBe(0);
  });

  test('each has a test that fires and one that does not', async () => {
    const { tests } = parse(await read('alerts.test.yaml')) as {
      readonly tests: readonly {
        readonly alert_rule_test: readonly {
          readonly alertname: string;
          readonly exp_alerts: readonly unknown[];
        }[];
      }[];
    };
    const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
    for (const { alert } of RULES) {
      const lengths = cases
        .filter(({ alertname }) => alertname === alert)
        .map(({ exp_alerts }) => exp_alerts.length);
      expect(lengths.sort(), alert).toEqual([0, 1]);
    }
  });

  test('each says how bad it is and what it means', () => {
    expect(RULES.length).toBeGreaterThan(10);
    for (const { alert, labels, annotations } of RULES) {
      expect(alert).toMatch(/^SosapiGateway[A-Z]/);
      expect(['critical', 'warning'], alert).toContain(labels.severity);
      expect(annotations.summary.length, alert).toBeGreaterThan(10);
      expect(annotations.description.length, alert).toBeGreaterThan(10);
    }
  });
});

describe('the dashboard', () => {
  test.skipIf(PROMTOOL === '')('asks in expressions that Prometheus takes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
    const rules = QUERIES.map(({ expr }, index) => ({ record: `panel:${index}`, expr: filled(expr) }));
    await writeFile(join(folder, 'rules.yaml'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { code, stdout, stderr } = await runTool(PROMTOOL, ['check', 'rules', 'rules.yaml'], {
      cwd: folder,
    });
    await rm(folder, { recursive: true });
    expect(code, `${stdout}${stderr}`).toBe(0);
  });

  test('has panels that do not overlap, each with a meaning', () => {
    const taken = new Set<string>();
    const { panels } = DASHBOARD;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, title, description, gridPos } of panels) {
      if (type !== 'row') expect(description, title).toMatch(/\.$/);
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});

describe('what they name', () => {
  const at = useGatewayWithOwnStore({
    createBuckets: ['veeam-1'],
    buckets: [
      { match: 'veeam-*', backend: 'embedded', quota: '1TiB', guard: { floor: '1GiB', reopen: '2GiB' } },
    ],
  });
  let labels: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  beforeAll(async () => {
    await at.client.send(new PutObjectCommand({ Bucket: 'veeam-1', Key: 'a', Body: 'b' }));
    await numbersOf(at.client, 'veeam-1');
    const stranger = sdk({
      endpoint: at.gateway.endpoint,
      credentials: { accessKeyId: 'STRANGER', secretAccessKey: 'none-that-fits' },
    });
    await expect(
      stranger.send(new PutObjectCommand({ Bucket: 'veeam-1', Key: 'a', Body: 'b' })),
    ).rejects.toThrow();
    stranger.destroy();
    labels = pageLabels(await (await fetch(`${at.gateway.adminUrl}/metrics`)).text());
  });
  /** Of what had no occasion to show yet, as README's table has it. */
  const documented = async () =>
    new Map(
      [
        ...(await readFile(join(ROOT, 'README.md'), 'utf8')).matchAll(
          /^\| `(sosapi_gateway_\w+)` *\| *([^|]*?) *\|/gm,
        ),
      ].map(([, name = '', list = '']) => [name, list.split(', ')] as const),
    );

  test.for([
    ...RULES.map(({ alert, expr, annotations }) => ({
      what: alert,
      expr,
      shown: [...`${annotations.summary}${annotations.description}`.matchAll(/\$labels\.(\w+)/g)],
    })),
    ...QUERIES.map(({ title, expr, legendFormat }) => ({
      what: title,
      expr,
      shown: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)],
    })),
  ])('$what: $expr', async ({ expr, shown }) => {
    const { metrics, selected, grouped } = promqlNames(expr);
    expect(metrics.length).toBeGreaterThan(0);
    const table = await documented();
    const own = metrics.filter((name) => name !== 'up');
    const labelsOf = (name: string): readonly string[] => {
      const onPage = labels.get(name) ?? labels.get(familyOf(name));
      expect(onPage, `${name} is no metric of the gateway`).toBeDefined();
      return [...GIVEN_LABELS, ...(onPage?.size ? onPage : (table.get(name) ?? []))];
    };
    for (const name of own)
      expect(labelsOf(name)).toEqual(expect.arrayContaining([...(selected[name] ?? [])]));
    const all = [...GIVEN_LABELS, ...own.flatMap(labelsOf)];
    expect(all).toEqual(expect.arrayContaining([...grouped]));
    expect(all).toEqual(expect.arrayContaining(shown.map(([, label]) => label)));
  });

  test('also in the lists to choose from', () => {
    for (const { definition = '' } of DASHBOARD.templating.list) {
      for (const name of promqlNames(definition).metrics) expect(labels.has(name), name).toBe(true);
    }
  });
});

describe('compose.yaml', () => {
  interface Service {
    readonly image: string;
    readonly volumes: readonly string[];
    readonly ports: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  }

  test('mounts files that exist, publishes on this machine only, and wants a password', async () => {
    const { services, volumes } = parse(await read('compose.yaml')) as {
      readonly services: Readonly<Record<string, Service>>;
      readonly volumes: Readonly<Record<string, unknown>>;
    };
    for (const [name, service] of Object.entries(services)) {
      expect(service.image, name).toMatch(/:v?\d+\.\d+\.\d+$/);
      for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const volume of service.volumes) {
        const [source = ''] = volume.split(':');
        // Relative to the folder of the first file, which is docker/compose.yaml.
        const known = source.startsWith('.')
          ? existsSync(resolve(ROOT, 'docker', source))
          : Object.hasOwn(volumes, source);
        expect(known, volume).toBe(true);
      }
    }
    expect(services['grafana']?.environment?.['GF_SECURITY_ADMIN_PASSWORD']).toMatch(
      /^\$\{GRAFANA_PASSWORD:\?.+\}$/,
    );
    expect(await readFile(join(ROOT, 'docker/example.env'), 'utf8')).toContain('# GRAFANA_PASSWORD=');
  });

  test('scrapes the health listener of the gateway beside it', async () => {
    const scrape = parse(await read('prometheus.yml')) as {
      readonly scrape_configs: readonly [
        {
          readonly job_name: string;
          readonly static_configs: readonly [{ readonly targets: readonly string[] }];
        },
      ];
    };
    const config = parse(await readFile(join(ROOT, 'docker/gateway.yaml'), 'utf8')) as {
      readonly listeners: { readonly health: { readonly port: number; readonly metrics: boolean } };
    };
    const [job] = scrape.scrape_configs;
    expect(job.job_name).toBe('sosapi-gateway');
    const { port, metrics } = config.listeners.health;
    expect([job.static_configs[0].targets, metrics]).toEqual([[`gateway:${port}`], true]);
    for (const [, name] of (await read('alerts.yaml')).matchAll(/job="([^"]+)"/g))
      expect(name).toBe(job.job_name);
  });
});
