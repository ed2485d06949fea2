// The whole operation table against keys that may not: a right access key with a wrong signature, in each form and payload
// mode; no signature; a key for reading only (CVE-2025-31489, CVE-2026-40344: one branch had no verifier).
import { READER } from './composed-gateway.ts';
import { askFor, EACH } from './every-operation.ts';
import { changed, type Refusal, refused } from './refusal-table.ts';

const wrongHeader = changed(/( Signature=)\w{8}/, '$100000000');
const wrongQuery = changed(/(X-Amz-Signature=)\w{8}/, '$100000000');

refused(
  'a wrong signature over a hash',
  EACH.map(
    ([name, row]): Refusal => [name, '403 SignatureDoesNotMatch', { ...askFor(row), edit: wrongHeader }],
  ),
);
refused(
  'a wrong signature over UNSIGNED-PAYLOAD',
  EACH.map(
    ([name, row]): Refusal => [
      name,
      '403 SignatureDoesNotMatch',
      { ...askFor(row), payload: 'UNSIGNED-PAYLOAD', edit: wrongHeader },
    ],
  ),
);
refused(
  'a wrong signature in the query',
  EACH.map(
    ([name, row]): Refusal => [
      name,
      '403 SignatureDoesNotMatch',
      { ...askFor(row), presigned: true, edit: wrongQuery },
    ],
  ),
);
refused(
  'no signature',
  EACH.map(
    ([name, row]): Refusal => [
      name,
      '403 AccessDenied',
      { ...askFor(row), edit: changed(/authorization: .*\r\n/, '') },
    ],
  ),
);
refused(
  'an unknown access key with an empty secret (CVE-2026-88018)',
  EACH.map(
    ([name, row]): Refusal => [
      name,
      '403 InvalidAccessKeyId',
      { ...askFor(row), credentials: { accessKeyId: 'NOBODY', secretAccessKey: '' } },
    ],
  ),
);
refused(
  'a key for reading only, in header form',
  EACH.filter(([, { access }]) => access === 'write').map(
    ([name, row]): Refusal => [name, '403 AccessDenied', askFor(row)],
  ),
  READER,
);
refused(
  'a key for reading only, in presigned form',
  EACH.filter(([, { access }]) => access === 'write').map(
    ([name, row]): Refusal => [name, '403 AccessDenied', { ...askFor(row), presigned: true }],
  ),
  READER,
);
