// All rows, in the order of the page.
import type { Section } from './row.ts';
import { LICENSE_ROWS } from './rows-license.ts';
import { MORE_ONE_ROWS, ONE_ROWS } from './rows-one.ts';
import { REPOSITORY_ROWS } from './rows-repositories.ts';
import { SCALE_OUT_ROWS } from './rows-scale-out.ts';
import { SERVER_ROWS } from './rows-server.ts';
import { CLOUD_ROWS, SESSION_ROWS } from './rows-sessions.ts';

export const SECTIONS: readonly Section[] = [
  { title: 'VBR: login and server', text: '', rows: SERVER_ROWS },
  { title: 'VBR: sessions', text: '', rows: SESSION_ROWS },
  {
    title: 'VBR: repositories',
    text: 'Names in brackets are models of the documents: the text has lost the names of these fields.',
    rows: REPOSITORY_ROWS,
  },
  { title: 'VBR: scale-out repositories', text: '', rows: SCALE_OUT_ROWS },
  { title: 'VBR: license', text: '', rows: LICENSE_ROWS },
  {
    title: 'VBR: cloud credentials and cloud browser',
    text: 'Named in the lists of contents; their models are from the OpenAPI documents.',
    rows: CLOUD_ROWS,
  },
  {
    title: 'Veeam ONE',
    text: 'Examples of the document that still have version 2.2 in their path are of 2.3 here.',
    rows: ONE_ROWS,
  },
  {
    title: 'Veeam ONE: repositories and alarms',
    text: "From the vendor's OpenAPI document. A gateway's buckets are object storages: the document says that `/vbr/repositories` does not have them.",
    rows: MORE_ONE_ROWS,
  },
];
