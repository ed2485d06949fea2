// Percent-decoding by a loop over bytes, to hold ours against.

/** One character a byte (latin1); undefined where a `%` is not followed by two hex digits. */
export function decodedBytes(text: string): string | undefined {
  let decoded = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '%') {
      decoded += text[at];
      continue;
    }
    const high = hexDigit(text.charCodeAt(at + 1));
    const low = hexDigit(text.charCodeAt(at + 2));
    if (high === undefined || low === undefined) return undefined;
    decoded += String.fromCharCode(high * 16 + low);
    at += 2;
  }
  return decoded;
}

function hexDigit(code: number): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}

/** The text that the bytes spell; undefined where they are no UTF-8. */
export function utf8Of(bytes: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Also where a backslash separates, as on Windows, or a segment is cut at its semicolon, as servlet containers do. */
export function hasDotSegment(path: string): boolean {
  return path.split(/[/\\]/).some((segment) => ['.', '..'].includes(segment.split(';', 1)[0] ?? ''));
}
