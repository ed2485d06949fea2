// The numbers in a source's answers, by the words of that source: how a test makes them wrong.

/** What a number is of: the size of the store, what it can take, what a bucket or a pool holds. */
export type NumberKind = 'total' | 'free' | 'used';

/** Gives the digits that shall stand there instead of `value`. */
export type ChangeNumber = (kind: NumberKind, value: string) => string;

export interface SourceWords {
  isSource(path: string): boolean;
  /** Changes each number of an answer. */
  withNumbers(answer: string, path: string, change: ChangeNumber): string;
}

const MINIO: Readonly<Record<string, NumberKind>> = { totalspace: 'total', availspace: 'free', size: 'used' };

/** MinIO's admin API. */
export const MINIO_WORDS: SourceWords = {
  isSource: (path) => path.startsWith('/minio/admin/v3/'),
  withNumbers(answer, path, change) {
    if (!path.includes('/storageinfo') && !path.includes('/datausageinfo')) return answer;
    return answer.replace(/"(totalspace|availspace|size)":(\d+)/g, (all, name: string, value: string) => {
      const kind = MINIO[name];
      return kind === undefined ? all : `"${name}":${change(kind, value)}`;
    });
  },
};

const CEPH: Readonly<Record<string, NumberKind>> = {
  ceph_cluster_total_bytes: 'total',
  ceph_pool_max_avail: 'free',
  ceph_pool_stored: 'used',
};

/** The page of Ceph's manager; what a bucket holds is told elsewhere. */
export const CEPH_WORDS: SourceWords = {
  isSource: (path) => path === '/metrics',
  withNumbers: (answer, _path, change) =>
    answer.replace(/^(ceph_\w+)(\{.*\})? (\S+)$/gm, (all, name: string, labels = '', value: string) => {
      const kind = CEPH[name];
      return kind === undefined ? all : `${name}${labels} ${change(kind, value)}`;
    }),
};
