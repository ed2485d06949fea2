// The known failures that no black box can see: they are named in the report, with the reason, so that none is forgotten.

export interface NotVisibleRow {
  /** Its number in the list of known failures. */
  readonly row: number;
  readonly title: string;
  readonly source: string;
  /** Why no call from outside shows it. */
  readonly reason: string;
}

export const NOT_VISIBLE_ROWS: readonly NotVisibleRow[] = [
  {
    row: 25,
    title: 'Retention updates fail while a pool is being decommissioned',
    source: 'minio#17154',
    reason:
      'It shows only while an operator drains a part of the store, which no S3 call starts. Run row-36 and row-21 during such an operation.',
  },
  {
    row: 41,
    title: 'The policy that Veeam documents is denied',
    source: 'scality/cloudserver#4980',
    reason:
      'It depends on the policy of the credentials, which S3 does not show. Give the bench credentials with exactly the policy that Veeam documents; then row-35 and row-36 show it.',
  },
  {
    row: 54,
    title: 'The signature fails behind a proxy that changes Host, port or path',
    source: 'seaweedfs#6511, seaweedfs#6086, s3proxy#726, minio#15196; not Veeam',
    reason:
      'What a proxy changes is not seen from before it; where it does so, every signed call of the bench fails with SignatureDoesNotMatch. Run the bench against the address that VBR will use.',
  },
];
