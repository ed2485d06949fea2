// A whole Ceph on this machine: one mon, one manager, one OSD in memory, one RADOS gateway. Comes up in about 12 s.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { OwnedProcess, run } from './owned-process.ts';
import type { StartedStore } from './running-store.ts';
import { waitFor } from './wait.ts';

const PROGRAMS = ['ceph-mon', 'ceph-mgr', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'monmaptool'];
const ACCESS_KEY_ID = 'CEPHSTOREKEY';
const SECRET_ACCESS_KEY = 'ceph-store-secret-0123456789';

/** What is missing for a Ceph here; undefined where nothing is. */
export async function cephMissing(): Promise<string | undefined> {
  for (const program of PROGRAMS) {
    const found = await run('sh', ['-c', `command -v ${program}`]).catch(() => undefined);
    if (found === undefined) return `ceph (no ${program} on the PATH)`;
  }
  return undefined;
}

interface Ports {
  readonly mon: number;
  readonly rgw: number;
  readonly metrics: number;
}

function configuration(directory: string, fsid: string, ports: Ports): string {
  return `[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${ports.mon}]
mon initial members = a
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
osd objectstore = memstore
memstore device bytes = ${16 * 1024 ** 3}
run dir = ${directory}/run
pid file = ${directory}/run/$name.pid
log file = ${directory}/log/$name.log
admin socket = ${directory}/run/$name.asok
mon data = ${directory}/mon
osd data = ${directory}/osd
mgr data = ${directory}/mgr
keyring = ${directory}/keyring
public addr = 127.0.0.1
cluster addr = 127.0.0.1
mgr initial modules = prometheus
mgr stats period = 1
mgr tick period = 1
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${ports.rgw} tcp_nodelay=1
rgw data = ${directory}/rgw
rgw bucket quota ttl = 1
rgw gc obj min wait = 1
rgw gc processor period = 5
debug rgw = 1
`;
}

export async function startCeph(): Promise<StartedStore> {
  // Not under a long TMPDIR: the path of an admin socket may hold 107 bytes at most.
  const directory = await mkdtemp(join(tmpdir(), 'ceph-'));
  const ports: Ports = { mon: await freePort(), rgw: await freePort(), metrics: await freePort() };
  const fsid = randomUUID();
  const conf = join(directory, 'ceph.conf');
  const keyring = join(directory, 'keyring');
  const env = { ...process.env, CEPH_CONF: conf };
  const tool = (command: string, ...args: string[]) => run(command, args, env);
  const daemons: OwnedProcess[] = [];
  const daemon = (command: string, ...args: string[]) => {
    daemons.push(
      new OwnedProcess(command, command, ['-f', ...args], {
        env,
        logFile: join(directory, 'log/stderr.log'),
      }),
    );
  };
  const stop = async () => {
    // Nothing of it is kept, so nothing of it needs an orderly end.
    for (const process of daemons) process.signal('SIGKILL');
    await Promise.all(daemons.map((process) => process.exited));
    await rm(directory, { recursive: true, force: true });
  };

  try {
    for (const name of ['mon', 'osd', 'mgr', 'rgw', 'run', 'log']) await mkdir(join(directory, name));
    await writeFile(conf, configuration(directory, fsid, ports));
    await tool(
      'ceph-authtool',
      '--create-keyring',
      keyring,
      '--gen-key',
      '-n',
      'mon.',
      '--cap',
      'mon',
      'allow *',
    );
    const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
    for (const [name, caps] of [
      ['client.admin', all],
      ['client.rgw', all],
      ['mgr.x', ['--cap', 'mon', 'allow profile mgr', '--cap', 'osd', 'allow *']],
      [
        'osd.0',
        ['--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow profile osd'],
      ],
    ] as const) {
      await tool('ceph-authtool', keyring, '--gen-key', '-n', name, ...caps);
    }
    const monmap = join(directory, 'monmap');
    await tool(
      'monmaptool',
      '--create',
      '--fsid',
      fsid,
      '--addv',
      'a',
      `[v2:127.0.0.1:${ports.mon}]`,
      monmap,
    );
    await tool('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monmap, '--keyring', keyring);
    daemon('ceph-mon', '-i', 'a');

    // The manager's module reads these at its start, before the monitors know the options: hence --force.
    for (const [option, value] of [
      ['server_addr', '127.0.0.1'],
      ['server_port', String(ports.metrics)],
      ['scrape_interval', '1'],
    ] as const) {
      await tool('ceph', 'config', 'set', '--force', 'mgr', `mgr/prometheus/${option}`, value);
    }
    daemon('ceph-mgr', '-i', 'x');
    const osd = randomUUID();
    await tool('ceph', 'osd', 'new', osd);
    await tool('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
    daemon('ceph-osd', '-i', '0');
    daemon('radosgw', '-n', 'client.rgw');

    const endpoint = `http://127.0.0.1:${ports.rgw}`;
    const metricsUrl = `http://127.0.0.1:${ports.metrics}/metrics`;
    await waitFor(async () => (await fetch(endpoint)).ok, { what: 'the RADOS gateway', timeoutMs: 90_000 });
    await tool(
      ...(['radosgw-admin', 'user', 'create', '--uid=gateway', '--display-name=Gateway'] as const),
      `--access-key=${ACCESS_KEY_ID}`,
      `--secret-key=${SECRET_ACCESS_KEY}`,
      '--caps=buckets=*;users=*;usage=*;metadata=*',
    );
    await waitFor(
      async () => /^ceph_cluster_total_bytes [1-9]/m.test(await (await fetch(metricsUrl)).text()),
      {
        what: "the manager's metrics to hold the pool's size",
        timeoutMs: 60_000,
      },
    );
    return {
      store: {
        name: 'ceph',
        kind: 'ceph-rgw',
        host: '127.0.0.1',
        port: ports.rgw,
        endpoint,
        region: 'us-east-1',
        accessKeyId: ACCESS_KEY_ID,
        secretAccessKey: SECRET_ACCESS_KEY,
        requestLog: join(directory, 'log/client.rgw.log'),
        metricsUrl,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
