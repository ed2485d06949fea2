// The 56 known ways in which S3 stores and gateways broke Veeam, or clients like it (collected 2026-11 from public issues).
// Those that an S3 server can get wrong have tests here whose titles name the row; these have none, and why.

export const ROWS = 56;

/** By row: why no test in this folder names it. */
export const NOT_HERE: Readonly<Record<number, string>> = {
  22: 'minio#17195: quotes in ProtocolVersion; the gateway answers system.xml, the store never sees it (sosapi.test.ts)',
  23: 'minio#18916, #18918: virtual objects that were replicated; the store replicates nothing and has no virtual objects',
  34: 'MaxIOFS: x-amz-bucket-object-lock-enabled on HEAD of a bucket; S3 has no such header and nobody confirmed the wish',
  40: 'MaxIOFS b953abf: UploadSessions advertised and not there; the gateway says false (sosapi.test.ts)',
  41: 'cloudserver#4980: names of actions in policies; neither gateway nor store has policies',
  45: 'cloudserver#5463: CORS on the SOSAPI route; no browser is served',
  54: 'seaweedfs#6511, #6086, s3proxy#726, minio#15196: signatures behind a proxy; the gateway verifies (addressing.test.ts)',
};
