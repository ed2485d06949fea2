// docs/compatibility.md, from what a run of the matrix recorded. The same outcomes always give the same text.
import type { ClientOutcome } from '../../support/client-outcomes.ts';
import { ADDRESSINGS, TRANSPORTS } from '../../support/client-setting.ts';
import { STORE_NAMES, type StoreName } from '../../support/running-store.ts';
import { CLIENTS } from './all-clients.ts';
import type { Client } from './client.ts';

const INTRODUCTION = `# Clients

Each row is a client in one setting, used as its users use it: it makes a bucket, uploads a small file and one of 20 MiB (in parts where
the client does that), downloads and compares, lists, copies and deletes. restic makes a repository, backs up twice, forgets, prunes,
checks, restores and compares. All of it goes through the gateway's own process to the store.

This page is written by a test run with all clients and stores (\`npm run compatibility\`), not by hand.

- **Bucket in**: the path (\`https://host/bucket/key\`) or the host name (\`https://bucket.host/key\`, which needs \`hostNames\`).
- **Uploads**: how the client proves the bodies of PutObject and UploadPart by default, as the gateway's access log has it: \`SHA256\` is
  a hash of the whole body; each other name is what the client sends in \`x-amz-content-sha256\`.
- **Other setting**: the same with the setting named in the first table; \`–\` where the client has no such setting, or refuses it without TLS.
`;

const STORE_TITLES: Readonly<Record<StoreName, string>> = {
  minio: 'MinIO',
  ceph: 'Ceph RGW',
  embedded: 'embedded',
};

const NONE = '–';

/** Throws where a client, a store or a setting is missing, or where two outcomes do not go together. */
export function renderPage(outcomes: readonly ClientOutcome[], clients: readonly Client[] = CLIENTS): string {
  const versions = clients.map((client) => [
    client.name,
    versionIn(outcomes, client),
    client.signer,
    client.second === undefined ? NONE : `\`${client.second}\``,
  ]);
  const rows = clients.flatMap((client) =>
    TRANSPORTS.flatMap((transport) =>
      ADDRESSINGS.map((addressing) => {
        const inSetting = STORE_NAMES.map((store) =>
          only(
            outcomes.filter(
              (each) =>
                each.client === client.name &&
                each.store === store &&
                each.transport === transport &&
                each.addressing === addressing,
            ),
            `${client.name}, ${store}, ${transport}, ${addressing}`,
          ),
        );
        return [
          client.name,
          transport === 'http' ? 'HTTP' : 'HTTPS',
          addressing === 'path' ? 'path' : 'host name',
          modes(inSetting.map(({ payloads }) => payloads)),
          modes(inSetting.map(({ secondPayloads }) => secondPayloads)),
          ...inSetting.map(({ result }) => result),
        ];
      }),
    ),
  );
  return [
    INTRODUCTION,
    table(['client', 'version', 'signs with', 'other setting'], versions),
    table(
      [
        ...['client', 'transport', 'bucket in', 'uploads', 'uploads, other setting'],
        ...STORE_NAMES.map((name) => STORE_TITLES[name]),
      ],
      rows,
    ),
  ].join('\n');
}

function versionIn(outcomes: readonly ClientOutcome[], { name }: Client): string {
  const versions = outcomes.filter(({ client }) => client === name).map(({ version }) => version);
  const [version, ...others] = new Set(versions);
  if (version === undefined) throw new Error(`no outcome of ${name}`);
  if (others.length > 0) throw new Error(`${name} in several versions: ${[version, ...others].join(', ')}`);
  return version;
}

function only(outcomes: readonly ClientOutcome[], what: string): ClientOutcome {
  const [outcome, ...others] = outcomes;
  if (outcome === undefined) throw new Error(`no outcome of ${what}`);
  if (others.length > 0) throw new Error(`${others.length + 1} outcomes of ${what}`);
  return outcome;
}

/** Those of each store; where they are not the same everywhere, with the store's name before them. */
function modes(ofStores: readonly (readonly string[])[]): string {
  const texts = ofStores.map((each) =>
    each.length === 0 ? NONE : each.map((mode) => `\`${mode}\``).join(', '),
  );
  const [first = NONE] = texts;
  if (texts.every((text) => text === first)) return first;
  return texts.map((text, index) => `${STORE_NAMES[index]}: ${text}`).join('; ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
