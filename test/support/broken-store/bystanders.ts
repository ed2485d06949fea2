// Which cases fail for a fault that is not theirs, and why that cannot be otherwise. Each entry is checked by a run.

export interface Bystanders {
  /** Ids; a `*` at the end stands for anything. */
  readonly cases: readonly string[];
  readonly because: string;
  /** They depend on what else is under way, and need not fail each time. */
  readonly perhaps?: true;
}

const NO_VERSION_ID: readonly Bystanders[] = [
  {
    cases: ['sequence-03', 'sequence-04', 'sequence-07', 'sequence-11', 'smoke-delete'],
    because: 'the sequence asks for, or compares, the version id that the PUT gave',
  },
  { cases: ['variant-*'], because: 'the round locks and deletes the version that the PUT gave' },
  {
    cases: ['sequence-05', 'sequence-09', 'sequence-10', 'sequence-12'],
    because: 'the sequence looks at the version id of each block that it writes',
  },
  {
    cases: ['precondition-consistency-keys', 'precondition-multi-delete', 'sequence-06'],
    because: 'it deletes the versions that the PUTs gave, and looks that nothing is left of them',
  },
];

const FOLDER_TWICE: readonly Bystanders[] = [
  {
    cases: ['precondition-delimiter', 'sequence-01', 'sequence-02'],
    because: 'it lists folders, and looks that each is there once',
  },
];

const NO_GROUPS: readonly Bystanders[] = [
  { cases: ['precondition-delimiter', 'sequence-02'], because: 'it lists versions by folder' },
];

const LOCK_UNKNOWN: readonly Bystanders[] = [
  {
    cases: ['precondition-versioning', 'precondition-no-default-retention', 'sequence-01'],
    because: 'it asks ?object-lock, and any other answer than 200 and 404 ends the wizard',
  },
];

const LOCKED_DELETE: readonly Bystanders[] = [
  { cases: ['sequence-09'], because: 'it deletes a locked key without a version id, and wants a marker' },
];

/** By the id of the fault. */
export const BYSTANDERS: Readonly<Record<string, readonly Bystanders[]>> = {
  'row-01': [
    ...NO_VERSION_ID,
    {
      cases: ['sosapi-used-lag', 'sosapi-used-truth'],
      because:
        'what it deletes without a version id counts in Used as an older version, unless others delete as much meanwhile',
      perhaps: true,
    },
  ],
  'row-01-null': [
    ...NO_VERSION_ID,
    {
      cases: ['sosapi-used-lag', 'sosapi-used-truth'],
      because:
        'what it deletes by the version id that the PUT gave is still there and counts in Used, unless others delete as much meanwhile',
      perhaps: true,
    },
  ],
  'row-03': FOLDER_TWICE,
  'row-03-contents': FOLDER_TWICE,
  'row-05': [{ cases: ['sequence-11'], because: 'the take-over overwrites a locked key' }],
  'row-06': [{ cases: ['sequence-11'], because: 'it deletes the locked version of the owner by its id' }],
  'row-06-multi-delete': [
    {
      cases: ['sequence-09'],
      because: 'it tries a locked version in DeleteObjects, and wants an error for it',
    },
  ],
  'row-07': [
    { cases: ['variant-*'], because: 'each round locks as VBR does, without a namespace' },
    {
      cases: ['sequence-05', 'sequence-10'],
      because: 'it locks its blocks as VBR does, without a namespace',
    },
  ],
  'row-08': [
    {
      cases: ['sequence-02', 'sequence-07'],
      because: 'it makes folder markers, and lists versions below them',
    },
  ],
  'row-09-error': [
    { cases: ['sequence-01', 'sequence-07'], because: 'it lists with a leading slash as well' },
  ],
  'row-11': [
    {
      cases: ['precondition-delimiter', 'sequence-02', 'sequence-07', 'sequence-08'],
      because: 'it counts the versions of a list',
    },
    {
      cases: ['precondition-consistency-keys', 'precondition-consistency-folder', 'sequence-09'],
      because: 'it compares lists of versions with what it wrote',
    },
  ],
  'row-13': [
    {
      cases: ['smoke-overwrite', 'sequence-11', 'precondition-consistency-keys'],
      because: 'it overwrites an object and reads it at once',
    },
    { cases: ['sequence-12'], because: 'it copies over an object, and compares the copy with its source' },
  ],
  'row-14': [{ cases: ['sequence-06'], because: 'it writes lock objects and reads each at once' }],
  'row-16': [
    ...NO_GROUPS,
    {
      cases: ['sequence-01'],
      because: 'it lists versions by folder, and looks that nothing deeper is there',
    },
  ],
  'row-19': NO_GROUPS,
  'row-23': [
    { cases: ['sosapi-not-listed'], because: 'the versions are in lists, where the documents must not show' },
    { cases: ['sosapi-not-writable'], because: 'it looks for what it wrote in the same list' },
  ],
  'row-26': [{ cases: ['sequence-12'], because: 'it copies the checkpoint' }],
  'row-28': LOCKED_DELETE,
  'row-28-405': LOCKED_DELETE,
  'row-33': LOCK_UNKNOWN,
  'row-35': [{ cases: ['sequence-04'], because: 'HEAD of an older version is all that it is about' }],
  'row-36-any': [
    { cases: ['variant-*'], because: 'each round locks a version by its id' },
    { cases: ['sequence-05', 'sequence-10', 'row-21'], because: 'it locks its blocks by their version ids' },
  ],
  'row-38': [
    {
      cases: ['precondition-consistency-folder', 'sequence-09'],
      because: 'it looks over the pages of a list for all that it wrote',
    },
  ],
  'row-42': [
    { cases: ['variant-checksum-sha256-*'], because: 'its multi-delete is proven by the same header' },
  ],
  'row-44': [
    {
      cases: ['precondition-multi-delete'],
      because: 'its thousand keys in one call take longer than an answer may',
    },
  ],
  'row-46': LOCK_UNKNOWN,
  'row-47': [
    {
      cases: ['sequence-05'],
      because: 'it reads 64 at a time, and how many meet at the store is chance',
      perhaps: true,
    },
  ],
  'row-49': [
    {
      cases: ['sequence-05', 'sequence-09', 'sequence-10', 'sequence-12', 'row-21', 'row-44', 'row-47'],
      because: 'it writes 64 at a time into one folder, and how many meet at the store is chance',
      perhaps: true,
    },
  ],
  'row-52': [
    { cases: ['sequence-07'], because: 'it looks for each version of the checkpoint' },
    { cases: ['sequence-09'], because: 'it looks for each version of its blocks' },
    { cases: ['sequence-12'], because: 'it deletes what is listed, and then the older versions show' },
  ],
  'row-52-absent': [
    {
      cases: [
        'precondition-delimiter',
        'precondition-storage-class',
        'row-02',
        'row-08',
        'row-09',
        'row-11',
        'row-15',
        'row-16',
        'row-18',
        'row-19',
        'row-23',
        'row-24',
        'row-27',
        'row-38',
        'row-51',
        'sequence-01',
        'sequence-02',
        'sequence-07',
        'sequence-08',
        'smoke-delete',
        'smoke-overwrite',
        'sosapi-not-listed',
        'sosapi-not-writable',
        'precondition-consistency-keys',
        'precondition-consistency-folder',
        'precondition-multi-delete',
        'row-12',
        'row-20',
        'row-38-thousand',
        'row-47',
        'sequence-06',
        'sequence-09',
        'sequence-12',
      ],
      because: 'it lists versions, and an error where a list must come is a failure of each list',
    },
  ],
  'row-53': [
    {
      cases: ['precondition-versioning', 'sequence-01'],
      because: 'it reads ?versioning, in which the status can no longer be found',
    },
  ],
  'row-55': [
    {
      cases: ['variant-checksum-sha256-*'],
      because: 'its multi-delete is proven by a checksum alone, as is that of the SDKs',
    },
  ],
  'sosapi-available-above-capacity': [
    { cases: ['sosapi-sum'], because: 'what is available is part of the sum' },
  ],
  'sosapi-last-modified-frozen': [
    { cases: ['sosapi-conditional'], because: 'it asks whether the document changed since that wrong date' },
  ],
  'sosapi-negative': [
    { cases: ['row-43'], because: 'a negative number, too, looks like a repository without room' },
  ],
  'sosapi-zeros': [
    { cases: ['sosapi-used-lag', 'sosapi-used-truth'], because: 'what it writes does not show in Used' },
  ],
};
