// What dpkg wants to know of the package: control, conffiles, md5sums.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface PackageFacts {
  /** As dpkg writes it, such as `0.1.0-1`. */
  readonly version: string;
  /** `all`, or that of the Node.js in the package. */
  readonly architecture: string;
  /** The least Node.js version, or undefined where the package brings its own. */
  readonly node: string | undefined;
}

export const CONFIG_FILE = 'etc/sosapi-gateway/gateway.yaml';

/** `files`: paths below `root`. */
export async function controlOf(
  facts: PackageFacts,
  root: string,
  files: readonly string[],
): Promise<string> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(root, file))).size));
  // As dpkg-gencontrol counts: each file in whole KiB.
  const installedKib = sizes.reduce((sum, size) => sum + Math.ceil(size / 1024), 0);
  const depends = [
    ...(facts.node === undefined ? ['libc6', 'libstdc++6'] : [`nodejs (>= ${facts.node})`]),
    'systemd | systemd-standalone-sysusers',
  ];
  return [
    'Package: sosapi-gateway',
    `Version: ${facts.version}`,
    `Architecture: ${facts.architecture}`,
    'Maintainer: The sosapi-gateway maintainers <maintainers@sosapi-gateway.invalid>',
    `Installed-Size: ${installedKib}`,
    `Depends: ${depends.join(', ')}`,
    'Section: net',
    'Priority: optional',
    "Description: S3 gateway with Veeam's Smart Object Storage API",
    ' Stands between a backup client and an object store, checks every signature,',
    ' and answers the two SOSAPI documents from the live usage of MinIO, Ceph RGW,',
    ' another S3 store, or the store that it brings along.',
    '',
  ].join('\n');
}

export async function md5sumsOf(root: string, files: readonly string[]): Promise<string> {
  const lines = files
    // Of conffiles dpkg keeps the sum itself (deb-md5sums(5)).
    .filter((file) => file !== CONFIG_FILE)
    .map(
      async (file) =>
        `${createHash('md5')
          .update(await readFile(join(root, file)))
          .digest('hex')}  ${file}\n`,
    );
  return (await Promise.all(lines)).join('');
}
