// Whether a copy takes metadata and tags from its source or from the request (Amazon S3 API Reference, CopyObject).
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';

type Directive = 'COPY' | 'REPLACE';

export interface CopyDirectives {
  readonly metadata: Directive;
  readonly tagging: Directive;
}

/** COPY where nothing is said; what the request brings itself then does not count. Throws InvalidArgument. */
export function readCopyDirectives(headers: S3Request['head']['headers']): CopyDirectives {
  return {
    metadata: directive(headers, 'x-amz-metadata-directive', 'Unknown metadata directive.'),
    tagging: directive(headers, 'x-amz-tagging-directive', 'Unknown tagging directive.'),
  };
}

function directive(headers: S3Request['head']['headers'], name: string, message: string): Directive {
  const value = headers.get(name);
  if (value === undefined || value === 'COPY') return 'COPY';
  if (value === 'REPLACE') return 'REPLACE';
  throw new S3Error('InvalidArgument', { message, details: { ArgumentName: name } });
}
