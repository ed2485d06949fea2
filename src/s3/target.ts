// The request target split by its bytes: path, query, parameters. Never through URL or URLSearchParams, which repair.
import { percentDecode } from './percent-encoding.ts';
import type { QueryParameter } from './request.ts';

export interface Target {
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly query: readonly QueryParameter[];
}

const NO_PARAMETERS: readonly QueryParameter[] = [];

/** Splits at the first `?`, then at each `&`, then at each first `=`. Empty pieces (`a&&b`) are no parameters. */
export function splitTarget(target: string): Target {
  const mark = target.indexOf('?');
  if (mark === -1) return { rawPath: target, rawQuery: '', query: NO_PARAMETERS };
  const rawPath = target.slice(0, mark);
  const rawQuery = target.slice(mark + 1);
  const query = rawQuery
    .split('&')
    .filter((piece) => piece !== '')
    .map(parseParameter);
  return { rawPath, rawQuery, query };
}

function parseParameter(piece: string): QueryParameter {
  const equals = piece.indexOf('=');
  const rawName = equals === -1 ? piece : piece.slice(0, equals);
  const rawValue = equals === -1 ? undefined : piece.slice(equals + 1);
  return { rawName, rawValue, name: percentDecode(rawName), value: percentDecode(rawValue ?? '') };
}
