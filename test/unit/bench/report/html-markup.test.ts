// Text in the HTML report: escaped, visible, and cut where it is too long.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutText, escapeText, html, trusted } from '../../../../src/bench/report/html/markup.ts';

describe('html', () => {
  test('escapes what is put into it, and leaves what it made', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"\''}">${[inner, ' & ', 5, undefined]}</p>`.toString()).toBe(
      '<p title="&quot;&#39;"><b>&lt;i&gt;</b> &amp; 5</p>',
    );
  });

  test('leaves what is said to be trusted', () => {
    expect(html`<style>${trusted('a > b {}')}</style>`.toString()).toBe('<style>a > b {}</style>');
  });
});

describe('escapeText', () => {
  test.each([
    ['a null byte', 'a\0b', 'a⟨U+0000⟩b'],
    ['a carriage return', 'a\r\nb', 'a⟨CR⟩\nb'],
    ['an escape sequence', '\x1b[31m', '⟨U+001B⟩[31m'],
    ['DEL', '\x7f', '⟨U+007F⟩'],
    ['a C1 character', '\x85', '⟨U+0085⟩'],
    ['a right-to-left override', 'a\u202egnp', 'a⟨U+202E⟩gnp'],
    ['a zero-width space', 'a\u200bb', 'a⟨U+200B⟩b'],
    ['a byte order mark', '\ufeff<a>', '⟨U+FEFF⟩&lt;a&gt;'],
    ['a line separator', 'a\u2028b', 'a⟨U+2028⟩b'],
    ['half a surrogate pair', 'a\ud800b', 'a⟨U+D800⟩b'],
    ['what is no character', '\uffff', '⟨U+FFFF⟩'],
    ['tab, line feed and other scripts', '\t\nשלום 漢字 😀', '\t\nשלום 漢字 😀'],
  ])('%s', (_, text, expected) => {
    expect(escapeText(text)).toBe(expected);
  });
});

describe('cutText', () => {
  test('says where it cut', () => {
    expect(cutText('abcdef', 4)).toBe('abcd…');
    expect(cutText('abcd', 4)).toBe('abcd');
    expect(cutText('<<<', 8)).toBe('<<…');
  });

  test('never splits a character, and never takes more than it may', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(200), (text, maxBytes) => {
        const cut = cutText(text, maxBytes);
        if (cut === text) return;
        expect(Buffer.byteLength(escapeText(cut.slice(0, -1)))).toBeLessThanOrEqual(maxBytes);
        expect(text.startsWith(cut.slice(0, -1))).toBe(true);
        expect([...text].slice(0, [...cut].length - 1).join('')).toBe(cut.slice(0, -1));
      }),
    );
  });
});
