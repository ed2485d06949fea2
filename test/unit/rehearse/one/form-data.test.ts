// multipart/form-data of short fields: as clients write it, and as they should not.
import { describe, expect, test } from 'vitest';
import { parseFormData } from '../../../../src/rehearse/one/form-data.ts';
import { OneError } from '../../../../src/rehearse/one/one-error.ts';

async function written(fields: Readonly<Record<string, string | Blob>>): Promise<readonly [string, Buffer]> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const response = new Response(form);
  return [response.headers.get('content-type') ?? '', Buffer.from(await response.arrayBuffer())];
}

describe('multipart/form-data', () => {
  test('as fetch writes it, to the last character', async () => {
    const fields = { grant_type: 'password', username: 'one-srv\\müller', password: 'a\r\n--b"ß\r\n\r\n' };
    expect(parseFormData(...(await written(fields)))).toEqual(fields);
  });

  test('with a quoted boundary and a preamble', () => {
    const body = 'hello\r\n--a b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--a b--\r\n';
    expect(parseFormData('multipart/form-data; boundary="a b"', Buffer.from(body))).toEqual({ x: '1' });
  });

  test.each([
    ['no boundary', 'multipart/form-data', '--x--'],
    [
      'cut off',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
    ],
    ['no name', 'multipart/form-data; boundary=x', '--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--'],
    ['no head', 'multipart/form-data; boundary=x', '--x\r\n1\r\n--x--'],
    ['empty', 'multipart/form-data; boundary=x', ''],
    ['a head without end', 'multipart/form-data; boundary=x', `--x\r\n${';'.repeat(2000)}\r\n\r\n1\r\n--x--`],
  ])('%s is refused', (_name, contentType, body) => {
    expect(() => parseFormData(contentType, Buffer.from(body))).toThrow(OneError);
  });

  test('a file is refused', async () => {
    const [contentType, body] = await written({ token: new Blob(['x']) });
    expect(() => parseFormData(contentType, body)).toThrow(OneError);
  });
});
