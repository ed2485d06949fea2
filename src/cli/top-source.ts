// What `top` asks the gateway for: three pages at once.
import { readCapacities } from '../admin/capacity-answers.ts';
import { readLive, readVeeam } from '../admin/live-answers.ts';
import type { Secret } from '../secret.ts';
import { askAdmin } from './admin-client.ts';
import type { TopData } from './top-sections.ts';

/** Someone looks at it: better to say soon that there is no answer. */
const PATIENCE_MS = 10_000;

/** Rejects with an Error whose message is for the user. */
export async function askTop(admin: string, token: Secret | undefined): Promise<TopData> {
  const question = { admin, token, patienceMs: PATIENCE_MS };
  const [live, capacity, veeam] = await Promise.all([
    askAdmin({ ...question, path: '/api/live', read: readLive }),
    askAdmin({ ...question, path: '/api/capacity', read: readCapacities }),
    askAdmin({ ...question, path: '/api/veeam', read: readVeeam }),
  ]);
  return { live, capacity, veeam };
}
