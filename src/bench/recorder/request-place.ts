// Where a request goes: bucket and key from the target and the Host header, in both styles of addressing.

export interface RequestPlace {
  readonly addressing: 'path' | 'virtual-hosted';
  readonly bucket?: string;
  /** Decoded; leading and double slashes stay. */
  readonly key?: string;
  /** Not decoded. */
  readonly queryText: string;
}

/** `ownNames`: under which recorder and store are known; a Host header that ends with one has a bucket before it. */
export function requestPlace(target: string, host: string, ownNames: readonly string[]): RequestPlace {
  const relative = target.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = relative.indexOf('?');
  const path = (mark < 0 ? relative : relative.slice(0, mark)).replace(/^\//, '');
  const queryText = mark < 0 ? '' : relative.slice(mark + 1);
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const own = ownNames.find((each) => each !== '' && name.endsWith(`.${each.toLowerCase()}`));
  if (own !== undefined) {
    const bucket = name.slice(0, -own.length - 1);
    return {
      addressing: 'virtual-hosted',
      bucket,
      ...(path === '' ? {} : { key: decoded(path) }),
      queryText,
    };
  }
  const slash = path.indexOf('/');
  const bucket = decoded(slash < 0 ? path : path.slice(0, slash));
  const key = slash < 0 ? '' : path.slice(slash + 1);
  return {
    addressing: 'path',
    ...(bucket === '' ? {} : { bucket }),
    ...(bucket === '' || key === '' ? {} : { key: decoded(key) }),
    queryText,
  };
}

/** What is not well encoded stays as it came. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
