// `node config/generate-schema.ts` writes gateway.schema.json; `--check` compares instead; `--keys` prints the README's table.
import { readFileSync, writeFileSync } from 'node:fs';
import { gatewaySchema } from '../src/config/schema.ts';
import { jsonSchemaText } from './json-schema.ts';
import { keyTable } from './key-table.ts';

const FILE = new URL('gateway.schema.json', import.meta.url);

switch (process.argv[2]) {
  case undefined:
    writeFileSync(FILE, jsonSchemaText());
    break;
  case '--check':
    if (readFileSync(FILE, 'utf8') !== jsonSchemaText()) {
      process.stderr.write('config/gateway.schema.json is not what the schema gives; run: npm run schema\n');
      process.exitCode = 1;
    }
    break;
  case '--keys':
    process.stdout.write(keyTable(gatewaySchema));
    break;
  default:
    process.stderr.write('usage: node config/generate-schema.ts [--check | --keys]\n');
    process.exitCode = 2;
}
