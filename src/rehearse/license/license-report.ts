// The license usage report, in the three formats that the document lists.
import { Buffer } from 'node:buffer';
import type { CapacityUser, InstanceWorkload, LicenseState } from './license-state.ts';
import { viewCapacity } from './license-view.ts';
import { renderPdf } from './pdf-text.ts';

export const REPORT_FORMATS = ['Html', 'Pdf', 'Json'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportSource {
  readonly state: LicenseState;
  /** What the repositories consume now. */
  readonly users: readonly CapacityUser[];
  readonly productVersion: string;
  readonly installationId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Report {
  readonly fileName: string;
  readonly content: Buffer;
}

const TITLE = 'License usage report of a rehearsal by sosapi-gateway, not of Veeam';

const COUNTERS = {
  VM: 'VBR-VBR-VM-VSPHERE',
  Application: 'VBR-VBR-APPLICATION-PLUGIN',
  Server: 'VBR-VBR-AGENT-SERVER',
  Workstation: 'VBR-VBR-AGENT-WORKSTATION',
} as const;

export function createReport(source: ReportSource, format: ReportFormat): Report {
  const day = new Date(source.now).toISOString().slice(0, 10);
  return {
    fileName: `rehearsal-license-report-${day}.${format.toLowerCase()}`,
    content: contentOf(source, format),
  };
}

function contentOf(source: ReportSource, format: ReportFormat): Buffer {
  switch (format) {
    case 'Json':
      return Buffer.from(JSON.stringify(reportData(source)));
    case 'Html':
      return Buffer.from(html(source));
    case 'Pdf':
      return renderPdf([TITLE, '', ...rows(source).map(([name, value]) => `${name.padEnd(44)} ${value}`)]);
  }
}

/** By the shape of the document's example: the numbers of instances are strings there, those of objects numbers. */
function reportData({ state, productVersion, installationId }: ReportSource) {
  const { license } = state;
  return {
    products: [
      {
        productVersion,
        edition:
          license?.edition === 'EnterprisePlus' ? 'Enterprise Plus' : (license?.edition ?? 'Community'),
        installationId,
        data: [
          {
            instances: {
              supportId: license?.supportId ?? '',
              licenseId: license?.licenseId ?? '',
              licenseType: license?.type ?? 'Free',
              counters: counters(state.instances),
            },
          },
        ],
      },
    ],
  };
}

function counters(instances: readonly InstanceWorkload[]) {
  const types = Object.keys(COUNTERS) as readonly (keyof typeof COUNTERS)[];
  return types.flatMap((type) => {
    const licensed = instances.filter((one) => one.type === type && one.usedInstancesNumber > 0);
    const [first] = licensed;
    if (first === undefined) return [];
    return [
      {
        counterType: COUNTERS[type],
        multiplier: String(first.usedInstancesNumber),
        instancesInGrace: '0',
        numberOfObjects: licensed.length,
        numberOfNewObjects: 0,
        numberOfRentalObjects: 0,
        numberOfRemovedObjects: 0,
        consumedInstances: String(Math.round(licensed.length * first.usedInstancesNumber * 100) / 100),
        newInstances: '0',
        rentalInstances: '0',
        removedInstances: '0',
        reasonForRemoval: '',
      },
    ];
  });
}

function rows({ state, users, now }: ReportSource): readonly (readonly [string, string])[] {
  const { license } = state;
  return [
    ['Made at', new Date(now).toISOString()],
    ['Licensed to', license?.licensedTo ?? 'nobody'],
    ['Edition', license?.edition ?? 'Community'],
    ['Support ID', license?.supportId ?? 'none'],
    ...counters(state.instances).map(
      ({ counterType, consumedInstances }) => [`${counterType}, instances`, consumedInstances] as const,
    ),
    ...state.sockets.map(({ name, socketsNumber }) => [`${name}, sockets`, String(socketsNumber)] as const),
    ...users.map((user) => [`${user.name}, TB`, String(viewCapacity(user).usedCapacityTb)] as const),
  ];
}

function html(source: ReportSource): string {
  const body = rows(source)
    .map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
    .join('\n');
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${TITLE}</title></head>\n` +
    `<body><h1>${TITLE}</h1>\n<table>\n${body}\n</table></body></html>\n`
  );
}

function escaped(text: string): string {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' } as const;
  return text.replace(/[&<>"']/g, (character) => names[character as keyof typeof names]);
}
