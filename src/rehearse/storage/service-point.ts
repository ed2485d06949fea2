// The service point of an account as a URL.

/** As Veeam takes it: a host with or without a port is HTTPS. Undefined where it is none. */
export function servicePointUrl(text: string): URL | undefined {
  const full = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isPlain && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined;
}
