// Addresses of pages and APIs: a path is welcome, credentials are not.
import type Type from 'typebox';
import { leaf, WrongValue } from './leaf.ts';

/** One URL or a list of them, read as a list. */
export function pageUrls(description: string, example: string): Type.TUnsafe<readonly string[]> {
  const url = { type: 'string', pattern: '^https?://[^\\s@#]+$' };
  return leaf(
    { anyOf: [url, { type: 'array', items: url, minItems: 1 }], description },
    {
      expected: `an http or https URL without credentials, such as ${example}, or a list of such`,
      read: (written: string | readonly string[]) => {
        const urls = typeof written === 'string' ? [written] : written;
        if (!urls.every((each) => URL.canParse(each))) throw new WrongValue();
        return urls;
      },
    },
  );
}

/** One page, perhaps with a query. */
export function pageUrl(description: string, example: string): Type.TUnsafe<string> {
  return one(description, '^https?://[^\\s@#]+$', {
    expected: `an http or https URL without credentials, such as ${example}`,
  });
}

/** What paths of an API are put behind: no query. */
export function apiUrl(description: string, example: string): Type.TUnsafe<string> {
  return one(description, '^https?://[^\\s@#?]+$', {
    expected: `an http or https URL without query and credentials, such as ${example}`,
  });
}

/** Where something is sent. Many services tell a sender by a path that only he knows, so it is not shown. */
export function webhookUrl(description: string): Type.TUnsafe<string> {
  return one(description, '^https?://[^\\s@#]+$', {
    expected: 'an http or https URL without credentials before the host',
    isPrivate: true,
  });
}

function one(
  description: string,
  pattern: string,
  wording: { readonly expected: string; readonly isPrivate?: boolean },
): Type.TUnsafe<string> {
  return leaf(
    { type: 'string', pattern, description },
    {
      ...wording,
      read: (written: string) => {
        if (!URL.canParse(written)) throw new WrongValue();
        return written;
      },
    },
  );
}
