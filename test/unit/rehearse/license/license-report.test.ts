// The usage report in its three formats.
import { describe, expect, test } from 'vitest';
import { createReport, type ReportFormat } from '../../../../src/rehearse/license/license-report.ts';
import { renderPdf } from '../../../../src/rehearse/license/pdf-text.ts';
import { seededLicense } from '../../../../src/rehearse/license/seeded-license.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const users = [{ repositoryId: 'r', name: 'a<b>&"c', usedBytes: 2n ** 39n }];
const report = (format: ReportFormat) =>
  createReport(
    { state: seededLicense(NOW, () => 'id'), users, productVersion: 'v', installationId: 'i', now: NOW },
    format,
  );

/** Where each object of the file is, as its own table says. */
function tableOf(pdf: Buffer) {
  const text = pdf.toString('latin1');
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const rows = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
  return { text, start, rows };
}

describe('the report', () => {
  test('as JSON has the fields of the document', () => {
    const { fileName, content } = report('Json');
    expect(fileName).toBe('rehearsal-license-report-2026-01-02.json');
    expect(JSON.parse(content.toString())).toMatchObject({
      products: [
        {
          edition: 'Enterprise Plus',
          data: [
            {
              instances: {
                counters: [
                  { counterType: 'VBR-VBR-VM-VSPHERE', multiplier: '1', numberOfObjects: 1 },
                  {},
                  {},
                ],
              },
            },
          ],
        },
      ],
    });
  });

  test('as HTML shows names as text', () => {
    const html = report('Html').content.toString();
    expect(html).toContain('not of Veeam');
    expect(html).toContain('a&lt;b&gt;&amp;&quot;c, TB</th><td>0.5</td>');
  });

  test('as PDF is a file whose table leads to its objects', () => {
    const { text, start, rows } = tableOf(report('Pdf').content);
    expect(text.slice(start)).toMatch(/^xref\n0 6\n/);
    for (const [index, offset] of rows.entries()) {
      expect(text.slice(offset).startsWith(`${index + 1} 0 obj\n`)).toBe(true);
    }
    expect(text).toContain('License usage report of a rehearsal');
  });

  test('as PDF takes pages as it needs them, and brackets', () => {
    const { text, rows } = tableOf(renderPdf(Array.from({ length: 121 }, (_, line) => `(${line}\\) ü`)));
    expect(text).toContain('/Count 3');
    expect(rows).toHaveLength(9);
    expect(text).toContain('(\\(120\\\\\\) ?) Tj');
  });
});
