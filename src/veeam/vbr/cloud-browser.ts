// What VBR sees in an object store, over REST, and a new folder in it.
import { CLOUD_BROWSER_ENDPOINTS as ENDPOINTS } from './endpoints.ts';
import { cloudBrowserResult } from './schemas/cloud-browser.ts';
import type { VbrCalls } from './vbr-calls.ts';
import type { VbrCloudBrowser } from './vbr-client.ts';

export function vbrCloudBrowser(calls: VbrCalls): VbrCloudBrowser {
  return {
    browse: (spec, { resetCache } = {}) =>
      calls.read(cloudBrowserResult, ENDPOINTS.browse, { query: { resetCache }, body: () => spec }),
    async newFolder(spec) {
      await calls.send(ENDPOINTS.newFolder, { body: () => spec });
    },
  };
}
