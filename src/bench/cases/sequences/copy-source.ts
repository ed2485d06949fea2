// The header x-amz-copy-source: bucket and key, percent-encoded, with a version where one is meant.

export function copySource(bucket: string, key: string, versionId?: string): string {
  const path = `/${bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
  return versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`;
}
