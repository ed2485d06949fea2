// Cuts and changes the text of the lists that the store of this project writes; no other text is understood.

/** `Contents`, `Version`, `DeleteMarker` or `CommonPrefixes`, with their elements, in the order of the list. */
export function entriesOf(xml: string, ...names: readonly string[]): readonly string[] {
  return xml.match(new RegExp(`<(${names.join('|')})>.*?</\\1>`, 'gs')) ?? [];
}

export function elementText(xml: string, name: string): string {
  return unescapeXml(new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? '');
}

/** Each entry as `change` gives it; empty where it is dropped, longer where it is doubled. */
export function changeEntries(
  xml: string,
  names: readonly string[],
  change: (entry: string, index: number) => string,
): string {
  let index = 0;
  return xml.replace(new RegExp(`<(${names.join('|')})>.*?</\\1>`, 'gs'), (entry) => change(entry, index++));
}

/** Before the end of the root. */
export function addEntries(xml: string, entries: readonly string[]): string {
  const end = xml.lastIndexOf('</');
  return `${xml.slice(0, end)}${entries.join('')}${xml.slice(end)}`;
}

export function commonPrefix(prefix: string): string {
  return `<CommonPrefixes><Prefix>${escapeXml(prefix)}</Prefix></CommonPrefixes>`;
}

export function versionEntry(key: string, versionId: string): string {
  return `<Version><Key>${escapeXml(key)}</Key><VersionId>${versionId}</VersionId><IsLatest>true</IsLatest><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>0</Size><StorageClass>STANDARD</StorageClass></Version>`;
}

export function contentsEntry(key: string): string {
  return `<Contents><Key>${escapeXml(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>0</Size><StorageClass>STANDARD</StorageClass></Contents>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
