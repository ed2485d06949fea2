// The chart as helm renders it, for values of a test.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { runTool, type ToolEnded } from './packaging-tool.ts';

export const CHART = new URL('../../../charts/sosapi-gateway', import.meta.url).pathname;

/** Values to be laid over those of the chart. */
export type Values = Readonly<Record<string, unknown>>;

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly [name: string]: unknown;
}

async function helm(program: string, args: readonly string[], values: Values): Promise<ToolEnded> {
  const directory = await mkdtemp(join(tmpdir(), 'chart-'));
  try {
    const file = join(directory, 'values.yaml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify(values));
    const env = {
      ...process.env,
      HELM_CACHE_HOME: directory,
      HELM_CONFIG_HOME: directory,
      HELM_DATA_HOME: directory,
    };
    return await runTool(program, [...args, '--values', file], { env });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function lint(program: string, values: Values): Promise<ToolEnded> {
  return helm(program, ['lint', '--strict', CHART], values);
}

export function template(program: string, values: Values): Promise<ToolEnded> {
  return helm(program, ['template', 'backup', CHART, '--kube-version', '1.31.0'], values);
}

/** All manifests; throws what helm said, or what is wrong with the YAML. */
export async function rendered(program: string, values: Values): Promise<readonly Manifest[]> {
  const { code, stdout, stderr } = await template(program, values);
  if (code !== 0) throw new Error(stderr);
  const documents = parseAllDocuments(stdout);
  if ('empty' in documents) return [];
  return documents.map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS() as Manifest;
  });
}
