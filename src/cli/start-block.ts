// What the default setup prints when it serves: where it is, with which key, and what to type next.

export interface StartFacts {
  readonly version: string;
  /** `http://HOST:PORT`. */
  readonly endpoint: string;
  readonly admin: string;
  readonly region: string;
  readonly bucket: string;
  /** Absolute. */
  readonly dataDirectory: string;
  readonly accessKeyId: string;
  /** The file with the key pair; undefined where it came from the environment. */
  readonly credentialsFile: string | undefined;
  /** The secret itself, where it was just made and a terminal shows it. */
  readonly secret: string | undefined;
}

/** Lines that end with a newline; `isColoured` makes the headings bold. */
export function renderStart(facts: StartFacts, isColoured: boolean): string {
  const bold = (text: string): string => (isColoured ? `\x1b[1m${text}\x1b[22m` : text);
  const { version, endpoint, admin, region, bucket, dataDirectory, accessKeyId } = facts;
  const serves: Rows = [
    ['Endpoint', `${endpoint} (this machine only, plain HTTP)`],
    ['Region', region],
    ['Bucket', `${bucket} (object lock is on)`],
    ['Access key id', accessKeyId],
    ['Secret key', whereSecret(facts)],
    ['Data', dataDirectory],
    ['Dashboard', `${admin}/`],
    ['Health, metrics', `${admin}/readyz, ${admin}/metrics`],
  ];
  const veeam: Rows = [
    ['Service point', 'https://NAME:8443'],
    ['Region', region],
    ['Credentials', 'the key pair above'],
    ['Bucket', bucket],
  ];
  return [
    '',
    bold(`sosapi-gateway ${version} serves a store of its own.`),
    ...aligned(serves),
    '',
    bold('AWS CLI'),
    ...exports(facts).map((line) => `  ${line}`),
    '  aws s3 ls',
    `  aws s3 cp FILE s3://${bucket}/`,
    `  aws s3 cp s3://${bucket}/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml -`,
    '',
    bold('Veeam: Add Repository, Object storage, S3 Compatible'),
    ...aligned(veeam),
    '  Veeam wants HTTPS: give a config file with a certificate (README.md, "A store of its own" and "HTTPS").',
    '',
    '',
  ].join('\n');
}

type Rows = readonly (readonly [title: string, text: string])[];

function aligned(rows: Rows): readonly string[] {
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`);
}

function whereSecret({ secret, credentialsFile }: StartFacts): string {
  if (credentialsFile === undefined) return 'as in SOSAPI_SECRET_ACCESS_KEY';
  if (secret === undefined) return `in ${credentialsFile}`;
  return `${secret} (shown this once; kept in ${credentialsFile})`;
}

function exports({ credentialsFile, endpoint, region }: StartFacts): readonly string[] {
  const pair =
    credentialsFile === undefined
      ? 'AWS_ACCESS_KEY_ID="$SOSAPI_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SOSAPI_SECRET_ACCESS_KEY"'
      : `AWS_SHARED_CREDENTIALS_FILE=${quoted(credentialsFile)}`;
  return [`export ${pair}`, `export AWS_ENDPOINT_URL=${endpoint} AWS_DEFAULT_REGION=${region}`];
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
