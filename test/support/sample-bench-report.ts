// Reports of the bench as a run might leave them, for tests of what is made of them.
import type { CaseResult, CaseStatus, Evidence, Severity } from '../../src/bench/bench-case.ts';
import type { CapacitySample, LoadPhase, LoadResult, LoadSample } from '../../src/bench/load/load-result.ts';
import { DEFAULT_LOAD } from '../../src/bench/load/load-settings.ts';
import { type BenchReport, countResults, REPORT_FORMAT } from '../../src/bench/report/report.ts';

const STARTED_AT = '2026-11-21T20:15:30.000Z';
const STARTED_MS = Date.parse(STARTED_AT);
const GROUPS: readonly CaseResult['group'][] = ['sosapi', 'sequence', 'row', 'precondition', 'variant'];
const SEVERITIES: readonly Severity[] = ['breaks', 'slow', 'unproven'];

export function sampleReport(
  results: readonly CaseResult[],
  changes: Partial<BenchReport> = {},
): BenchReport {
  return {
    format: REPORT_FORMAT,
    version: '0.1.0',
    runId: '3f9a01c27be4',
    target: {
      endpoint: 'https://s3.storage.example:9000',
      bucket: 'veeam-backup',
      region: 'us-east-1',
      addressing: 'path',
    },
    server: 'ExampleStore/4.2',
    startedAt: STARTED_AT,
    endedAt: '2026-11-21T20:18:42.000Z',
    profile: 'core',
    interrupted: false,
    results,
    counts: countResults(results),
    leftovers: [],
    ...changes,
  };
}

export function sampleResult(changes: Partial<CaseResult> = {}): CaseResult {
  const status = changes.status ?? 'passed';
  return {
    id: 'row-07',
    group: 'row',
    title: 'A retention document without the S3 namespace is taken',
    severity: 'breaks',
    status,
    ...(status === 'passed' ? {} : { message: 'The answer was 400 MalformedXML, not 200.' }),
    tookMs: 148,
    veeamDoes:
      'Sends PutObjectRetention with a <Retention> element that has no namespace, for each block of a new restore point.',
    mustComeBack: 'Status 200, and GetObjectRetention shows the new date.',
    source: 'seaweedfs#7516, mended by PR#7517: VBR 12.3.2.',
    advice:
      'Let the XML parser take <Retention> with and without xmlns="http://s3.amazonaws.com/doc/2006-03-01/".',
    evidence: status === 'passed' ? [] : [sampleCall(0), sampleCall(1)],
    ...changes,
  };
}

/** The `at`-th call of a case, 40 ms after the one before. */
export function sampleCall(at: number, changes: Partial<Evidence> = {}): Evidence {
  const body =
    '<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2026-11-21T20:16:30Z</RetainUntilDate></Retention>';
  const answer =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>MalformedXML</Code><Message>The XML you provided was not well-formed or did not validate against our published schema</Message><Resource>/veeam-backup/Veeam/Backup/sosapi-bench-3f9a01c27be4/row-07/Clients/blocks/0001.blk</Resource><RequestId>18A9F3C2D1E0B7A6</RequestId></Error>';
  return {
    request: {
      method: 'PUT',
      target: `/veeam-backup/Veeam/Backup/sosapi-bench-3f9a01c27be4/row-07/Clients/blocks/000${at}.blk?retention=&versionId=b2f0c9d1-77aa-4c15-9f51-1d2c3b4a5e6f`,
      headers: [
        ['host', 's3.storage.example:9000'],
        ['user-agent', 'APN/1.0 Veeam/1.0 Backup/12.0'],
        ['content-md5', 'rL0Y20zC+Fzt72VPzMSk2A=='],
        ['x-amz-content-sha256', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
        ['x-amz-date', '20261121T201530Z'],
        [
          'authorization',
          'AWS4-HMAC-SHA256 Credential=(removed), SignedHeaders=content-md5;host;x-amz-content-sha256;x-amz-date, Signature=(removed)',
        ],
      ],
      body,
      bodyBytes: Buffer.byteLength(body),
    },
    answer: {
      status: 400,
      headers: [
        ['content-type', 'application/xml'],
        ['content-length', String(Buffer.byteLength(answer))],
        ['x-amz-request-id', '18A9F3C2D1E0B7A6'],
        ['date', 'Sat, 21 Nov 2026 20:15:30 GMT'],
      ],
      body: answer,
      bodyBytes: Buffer.byteLength(answer),
    },
    atMs: STARTED_MS + 40 * at,
    tookMs: 12.4,
    ...changes,
  };
}

/** Of all groups and severities in turn; every ending is there from 20 on. */
export function manyResults(count: number, statusOf: (at: number) => CaseStatus): readonly CaseResult[] {
  return Array.from({ length: count }, (_, at) => {
    const severity = SEVERITIES[at % SEVERITIES.length] ?? 'breaks';
    const wanted = statusOf(at);
    // What nobody has proven is a warning, never a failure.
    const status = wanted === 'failed' && severity === 'unproven' ? 'warned' : wanted;
    return sampleResult({
      id: `row-${String(at).padStart(2, '0')}`,
      group: GROUPS[at % GROUPS.length] ?? 'row',
      severity,
      status,
      ...(status === 'skipped'
        ? { message: 'It needs a bucket of its own: --make-buckets.', evidence: [] }
        : {}),
      ...(at % 7 === 0 ? { figures: { 'deleted versions/s': 1234.5678, 'ms of a first page': 0.25 } } : {}),
    });
  });
}

/** What a reader meets: some of everything, and a load. */
export function realisticReport(): BenchReport {
  const cases = manyResults(96, (at) =>
    at % 16 === 5 ? 'failed' : at % 16 === 11 ? 'warned' : at % 12 === 7 ? 'skipped' : 'passed',
  );
  const noAnswer: Evidence = {
    request: {
      method: 'PUT',
      target: '/veeam-backup/Veeam/Archive/block',
      headers: [['host', 'x']],
      bodyBytes: 1_048_576,
    },
    error: 'the connection was reset (ECONNRESET)',
    atMs: STARTED_MS,
    tookMs: 3021,
  };
  const special: readonly CaseResult[] = [
    sampleResult({
      id: 'sosapi-quotes',
      group: 'sosapi',
      title: 'ProtocolVersion has its quotes',
      status: 'failed',
      message: 'The text of ProtocolVersion is 1.0, without the quotes.',
    }),
    sampleResult({
      id: 'row-47',
      title: 'Wide listings with parallel reads hold',
      severity: 'slow',
      status: 'failed',
      evidence: [sampleCall(0), noAnswer],
      figures: { 'reads/s': 812.4 },
    }),
  ];
  const results = [...special, ...cases];
  return sampleReport(results, {
    load: { ...sampleLoad() },
    leftovers: [
      {
        bucket: 'veeam-backup',
        key: 'Veeam/Backup/sosapi-bench-3f9a01c27be4/row-07/Clients/blocks/0001.blk',
        versionId: 'b2f0c9d1-77aa-4c15-9f51-1d2c3b4a5e6f',
        deletableFrom: '2026-11-21T20:16:30Z',
        reason: 'It is locked.',
      },
      { bucket: 'sosapi-bench-3f9a01c27be4-1', reason: 'The answer was 409 BucketNotEmpty.' },
    ],
  });
}

/** A report in which everything that a store may have said is this text. */
export function hostileReport(text: string, calls = 2): BenchReport {
  const said = `|${text}|`;
  const headers = [[said, said] as const];
  const body = { body: said, bodyBytes: Buffer.byteLength(said) };
  const evidence = Array.from({ length: calls }, (_, at) =>
    sampleCall(at, {
      request: { method: said, target: said, headers, ...body },
      answer: { status: 500, headers, ...body },
      error: said,
    }),
  );
  const results = (['failed', 'warned', 'skipped', 'passed'] as const).map((status) =>
    sampleResult({
      id: `case-${status}`,
      title: said,
      status,
      message: said,
      veeamDoes: said,
      mustComeBack: said,
      source: said,
      advice: said,
      figures: { [said]: 1 },
      evidence: status === 'passed' ? [] : evidence,
    }),
  );
  const load = sampleLoad();
  return sampleReport(results, {
    target: { endpoint: said, bucket: said, region: said, addressing: 'path' },
    server: said,
    startedAt: said,
    leftovers: [{ bucket: said, key: said, versionId: said, deletableFrom: said, reason: said }],
    load: {
      ...load,
      prefix: said,
      phases: load.phases.map((phase) => ({
        ...phase,
        status: 'cut-short',
        reason: said,
        errors: { [said]: 1 },
      })),
      verdicts: [{ id: said, severity: 'breaks', status: 'failed', message: said }],
    },
  });
}

export function sampleLoad(): LoadResult {
  const seconds = Array.from({ length: 240 }, (_, at) => at * 2.5);
  const starts = [0, 200, 320, 400, 460, 520];
  const ids = ['full', 'increments', 'restore', 'extension', 'sweep', 'delete'] as const;
  const titles = [
    'Full backup',
    'Increments',
    'Restore',
    'Generation extension',
    'Retention sweep',
    'Delete backup',
  ];
  const phases = ids.map((id, at): LoadPhase => {
    const isCut = id === 'sweep';
    return {
      id,
      title: titles[at] ?? id,
      status: isCut ? 'cut-short' : 'done',
      ...(isCut ? { reason: 'the time was over' } : {}),
      startMs: (starts[at] ?? 0) * 1000,
      tookMs: ((starts[at + 1] ?? 600) - (starts[at] ?? 0)) * 1000,
      waitedMs: id === 'sweep' ? 30_000 : 0,
      planned: 2048,
      objects: isCut ? 1200 : 2048,
      bytes: 2048 * 524_288,
      objectsPerSecond: 10.24 * (at + 1),
      mibPerSecond: id === 'extension' ? 0 : 5.12 * (6 - at),
      latency: { calls: 2048, p50Ms: 3.2 * (at + 1), p95Ms: 20 * (at + 1), p99Ms: 88, maxMs: 1840 + at },
      slowDowns: at === 0 ? 14 : 0,
      retries: at === 0 ? 14 : 0,
      failed: 0,
      errors: at === 0 ? { '503 SlowDown': 14, 'no answer': 2 } : {},
    };
  });
  const phaseAt = (second: number) => ids[starts.findLastIndex((start) => start <= second)] ?? 'full';
  const series = seconds.map((second, at): LoadSample => {
    const wave = 1 + Math.sin(at / 9) / 3;
    const isQuiet = at > 100 && at < 106;
    return {
      tMs: (second + 2.5) * 1000,
      phase: phaseAt(second),
      objectsPerSecond: isQuiet ? 0 : 120 * wave,
      mibPerSecond: isQuiet || second > 400 ? 0 : 60 * wave,
      ...(isQuiet ? {} : { p50Ms: 4 * wave, p99Ms: at % 40 === 0 ? 900 : 40 * wave }),
      errors: at === 3 ? 14 : 0,
    };
  });
  const capacity = seconds
    .filter((_, at) => at % 4 === 0)
    .map((second): CapacitySample => {
      const truth =
        second < 320 ? second * 6_710_886 : second < 520 ? 2_147_483_648 : (600 - second) * 26_843_545;
      const used = 5_000_000_000 + Math.floor((second < 60 ? 0 : truth) / 300_000_000) * 300_000_000;
      return { tMs: second * 1000, capacity: 10 ** 13, available: 10 ** 13 - used, used, truth };
    });
  return {
    prefix: 'Veeam/Backup/sosapi-bench-3f9a01c27be4/load/',
    settings: DEFAULT_LOAD,
    width: 128,
    tookMs: 600_000,
    interrupted: false,
    kept: false,
    parts: 2,
    phases,
    series,
    capacity,
    verdicts: [
      {
        id: 'load-delete-rate',
        severity: 'slow',
        status: 'failed',
        message: '21 objects/s were deleted; the public Veeam Ready figure needs 28.',
      },
      { id: 'load-errors', severity: 'breaks', status: 'passed', message: 'No object was given up.' },
    ],
    leftovers: [],
  };
}
