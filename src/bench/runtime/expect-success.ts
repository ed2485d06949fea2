// A call of the bench that must succeed for the case to go on.
import type { S3Answer, S3Call } from '../bench-context.ts';
import { failCase } from './case-end.ts';

/** Fails the case unless the status is one of success. */
export function expectSuccess(call: S3Call, answer: S3Answer): S3Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  return failCase(`${describeCall(call)} was answered ${describeAnswer(answer)}; success (2xx) must come`);
}

export function describeCall({ method, key, query = [], bucket }: S3Call): string {
  const parameters = query.map(([name, value]) =>
    value === undefined || value === '' ? name : `${name}=${value}`,
  );
  const what = key === undefined ? (bucket === '' ? 'of the service' : 'of the bucket') : `"${key}"`;
  return `${method} ${what}${parameters.length === 0 ? '' : ` ?${parameters.join('&')}`}`;
}

export function describeAnswer({ status, code }: S3Answer): string {
  return code === undefined ? String(status) : `${status} ${code}`;
}
