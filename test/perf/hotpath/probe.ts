// One signed request and its whole answer: whether a proxy does what is about to be measured, before it is.
import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { signed } from '../../support/raw-sigv4.ts';
import { MeasurementError } from './measurement-error.ts';
import { HOST } from './pinned-process.ts';
import { CREDENTIALS } from './proxy.ts';
import type { LoadRequest } from './wrk.ts';

/** Throws MeasurementError where the answer is not 200. */
export async function probe(
  port: number,
  isTls: boolean,
  { method, target, bodyBytes = 0, payload = 'unsigned' }: LoadRequest,
): Promise<Buffer> {
  const body = Buffer.alloc(bodyBytes, 'x');
  const { headers } = signed({
    method,
    target,
    host: `${HOST}:${port}`,
    credentials: CREDENTIALS,
    payload:
      payload === 'sha256' || method !== 'PUT'
        ? createHash('sha256').update(body).digest('hex')
        : 'UNSIGNED-PAYLOAD',
  });
  const options = {
    host: HOST,
    port,
    method,
    path: target,
    headers: { ...Object.fromEntries(headers), ...(method === 'PUT' && { 'content-length': bodyBytes }) },
    agent: false,
  } as const;
  const answer = Promise.withResolvers<http.IncomingMessage>();
  const request = isTls
    ? https.request({ ...options, rejectUnauthorized: false }, answer.resolve)
    : http.request(options, answer.resolve);
  request.on('error', answer.reject);
  request.end(method === 'PUT' ? body : undefined);
  const response = await answer.promise;
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const received = Buffer.concat(chunks);
  if (response.statusCode !== 200) {
    const text = received.toString('utf8').slice(0, 300);
    throw new MeasurementError(`${method} ${target} was answered with ${response.statusCode}: ${text}`);
  }
  return received;
}
