// A body on its way to its place never takes the place of another one.
import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moveFile, type NamesOfFiles } from '../../../../src/store/files/move-file.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { openFiles, send, stored, temporaryDirectory, upload } from './files-fixture.ts';

function without(code: string): NamesOfFiles {
  return { link: () => Promise.reject(Object.assign(new Error(`${code}: link`), { code })) };
}

const WAYS: readonly (readonly [string, NamesOfFiles])[] = [
  ['with hard links', { link }],
  ...['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS'].map(
    (code) => [`without hard links (${code})`, without(code)] as const,
  ),
];

describe.each(WAYS)('moving a file %s', (_, names) => {
  it('gives it its name and takes the old one', async () => {
    await using parent = await temporaryDirectory();
    const [from, to] = [join(parent.path, 'from'), join(parent.path, 'to')];
    await writeFile(from, 'body');
    await moveFile(from, to, names);
    expect(await readFile(to, 'utf8')).toBe('body');
    expect(await readdir(parent.path)).toEqual(['to']);
  });

  it('to a name that is taken is refused, and both files stay', async () => {
    await using parent = await temporaryDirectory();
    const [from, to] = [join(parent.path, 'from'), join(parent.path, 'to')];
    await writeFile(from, 'new');
    await writeFile(to, 'the last copy');
    await expect(moveFile(from, to, names)).rejects.toMatchObject({ code: 'EEXIST' });
    expect([await readFile(from, 'utf8'), await readFile(to, 'utf8')]).toEqual(['new', 'the last copy']);
  });
});

describe('moving a file', () => {
  it('whose old name somebody takes away in between is done', async () => {
    await using parent = await temporaryDirectory();
    const [from, to] = [join(parent.path, 'from'), join(parent.path, 'to')];
    await writeFile(from, 'body');
    await moveFile(from, to, {
      async link(old, name) {
        await link(old, name);
        await unlink(old);
      },
    });
    expect(await readFile(to, 'utf8')).toBe('body');
  });

  it('passes on every other error', async () => {
    await using parent = await temporaryDirectory();
    await expect(moveFile('from', 'to', without('EIO'))).rejects.toMatchObject({ code: 'EIO' });
    await expect(moveFile(join(parent.path, 'none'), join(parent.path, 'to'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});

describe('two stores on one directory, because somebody removed the lock', () => {
  it('never replace each other’s bodies: the later upload is InternalError, and nothing of it stays', async () => {
    await using files = await openFiles();
    const first = bodyOf('the first', 100_000);
    const content = await stored(files.bodies, first);
    // The other store gave the same number meanwhile.
    const theirs = join(files.directory.objects, '0', '2');
    await writeFile(theirs, 'of the other store');
    const outcome = await upload(files.bodies, bodyOf('the second', 100_000));
    expect('error' in outcome && outcome.error.code).toBe('InternalError');
    expect(files.log).toMatchObject([{ level: 'error', fields: { code: 'EEXIST' } }]);
    expect(await readFile(theirs, 'utf8')).toBe('of the other store');
    expect(await files.names()).toEqual(['objects/0/1', 'objects/0/2']);
    const next = await stored(files.bodies, bodyOf('the third', 100_000));
    expect(next).toMatchObject({ files: [{ id: 3 }] });
    const read = await send(files.bodies, content, 0, first.length - 1);
    expect(read.bytes.equals(first)).toBe(true);
  });
});
