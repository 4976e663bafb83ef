// Every word of the trail's screen; fetched with it.

import type { Actor, TrailCheck } from 'tollgate';

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

const LOCALE = 'en-GB';
const NUMBER = new Intl.NumberFormat(LOCALE);
const SINCE = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always' });
const BYTES = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** `3 hours ago`, of an instant in the past. */
export function ago(at: string, now = Date.now()): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(at)) / 60_000));
  if (minutes < 1) return 'a moment ago';
  if (minutes < 60) return SINCE.format(-minutes, 'minute');
  if (minutes < 48 * 60) return SINCE.format(-Math.floor(minutes / 60), 'hour');
  return SINCE.format(-Math.floor(minutes / (24 * 60)), 'day');
}

const entries = (number: number) => (number === 1 ? '1 entry' : `${NUMBER.format(number)} entries`);

export const megabytes = (bytes: number): string => (bytes < 1e9 ? `${BYTES.format(bytes / 1e6)} MB` : `${BYTES.format(bytes / 1e9)} GB`);

export const actorName = (actor: Actor | null): string => (actor === null ? '' : 'person' in actor ? actor.person : actor.machine);

const KINDS: Readonly<Record<string, string>> = {
  'log.began': 'Log begun',
  'key.enrolled': 'Key enrolled',
  'key.rotated': 'Key replaced',
  'key.revoked': 'Key revoked',
  'policy.adopted': 'Policy adopted',
  'roster.set': 'Roster set',
  'change.command': 'Change',
  'hold.placed': 'Hold placed',
  'hold.lifted': 'Hold lifted',
  'peer.accepted': 'Other log accepted',
  'peer.dismissed': 'Other log dismissed',
  'change.handed_over': 'Change handed over',
  'change.taken_over': 'Change taken over',
  'gate.answered': 'Gate answered',
  'erasure.performed': 'Erasure',
  'entries.purged': 'Entries purged',
  purged: 'Purged',
};

export const words = {
  title: 'Audit trail',
  intro: 'Every change is what its signed entries say. They are kept in this browser, and nothing leaves it unless you export it.',
  looking: 'Looking at the trail …',
  failed: 'The trail cannot be looked at',
  retry: 'Try again',
  notRemembered: (error: unknown) => `This browser does not remember which trail you chose: ${reason(error)}`,

  busy: {
    begin: 'Signing the first entries …',
    submit: 'Signing the submission …',
    enrol: 'Enrolling the key …',
    propose: 'Looking at what it would change …',
    adopt: 'Signing the policy …',
    roster: 'Signing the roster …',
    recover: 'Taking the log over …',
    takeOver: 'Waiting for the other tab …',
    prove: 'Making the proof …',
    export: 'Packing the export …',
    import: 'Checking every entry of the file …',
  },

  facts: {
    log: 'Log',
    entries: 'Entries',
    policy: 'Policy in force',
    noPolicy: 'none yet',
    you: 'You',
    exported: 'Exported',
    never: 'never',
    at: (size: number, when: string) => `${entries(size)}, ${when}`,
  },

  standing: {
    elsewhere: 'Another tab of this browser writes to this trail. You can read it here, verify and export it.',
    takeOver: 'Write here',
    restored: (size: number, when: string) => `The browser gave up its database of this site. ${entries(size)} were put back from their second copy (${when}); the keys and the personal data that were in it are gone.`,
    keyless: 'This browser does not hold the key of this log. You can read the trail, verify and export it. To add to it, take it over with the recovery words.',
    broken: 'This trail does not hold. Nothing is added to it.',
    brokenHelp: 'Keep it as it is, and compare it with an export or with a checkpoint that was kept elsewhere. Verify it to see where it breaks.',
  },

  unexported: {
    some: (number: number, since: string) => `${number === 1 ? '1 entry is' : `${entries(number)} are`} in this browser alone, the oldest from ${since}.`,
    loud: 'A browser can lose what it keeps. Export the trail now, and keep the file in another place.',
    none: 'Every entry was exported.',
  },

  begin: {
    title: 'Begin a log',
    intro: 'A log is signed from its first entry on: by a key that this browser makes and never shows, and at its root by a key that only you hold, as 24 words on paper.',
    waiting: (title: string) => `Your request “${title}” is kept, and waits. It can be submitted as soon as the log has begun.`,
    origin: 'Name of the log',
    originHint: 'As a host name and a path, such as changes.example/payments. It stands in every entry and can never be changed.',
    person: 'Your id',
    personHint: 'An id that says nothing by itself, such as u-asha: entries are kept for years, and names are erased more easily elsewhere.',
    other: 'Second policy author',
    otherHint: 'Two people put a policy in force. Both sign in this browser with a key of their own.',
    manager: 'Your manager',
    roles: 'Who holds which role',
    rolesHint: 'Ids, with commas between them. These are the people of the samples: put yours. Every seat of the policy needs somebody.',
    next: 'Show the recovery words',
    same: 'The second author is another person than you.',
    needed: 'Fill this in.',
    words: 'Recovery words',
    wordsIntro: 'Write these 24 words down, in this order, and keep them where this computer cannot lose them. They are shown this once. Whoever has them can take the log over; without them a lost browser is a log that nobody can go on with.',
    copy: 'Copy',
    copied: 'Copied',
    noted: 'I have written them down',
    back: 'Back',
    confirm: 'Show that you have them',
    confirmHint: 'Three of the words, by their numbers.',
    word: (number: number) => `Word ${number}`,
    wrong: 'These are not those words. Look at your note; the words can be shown again.',
    again: 'Show the words again',
    go: 'Begin the log',
    failed: (why: string) => `The log was not begun: ${why}`,
    unfinishedTitle: 'The beginning was interrupted',
    unfinished: 'The log has its first entry, and no policy yet. Type the recovery words to go on where it stopped.',
    goOn: 'Go on',
  },

  waiting: {
    title: 'A request waits',
    submit: (title: string) => `Submit “${title}”`,
  },

  list: {
    title: 'Entries',
    none: 'There is no entry yet.',
    find: 'Find',
    findHint: 'change, person, kind',
    nothing: 'No entry fits.',
    columns: { index: 'No.', at: 'Recorded', kind: 'Kind', who: 'By', what: 'What' },
    older: (number: number) => `Show ${number} more`,
    open: (index: number) => `Entry ${index}`,
    refused: (codes: string) => `refused: ${codes}`,
  },

  kind: (type: string | null) => (type === null ? 'Unreadable' : KINDS[type] ?? type),

  entry: {
    title: (index: number) => `Entry ${index}`,
    close: 'Close',
    kind: 'Kind',
    at: 'Recorded',
    who: 'By',
    about: 'About',
    what: 'What happened',
    root: 'Root before',
    state: 'State after',
    signed: 'Signed by',
    missing: (digests: number) => `${digests === 1 ? 'One value that belongs to it is' : `${digests} values that belong to it are`} not here any more. The entry itself holds without.`,
    says: 'What it says',
    stored: 'The bytes that are stored',
    storedHint: 'The leaf hash is that of these bytes, with a zero byte before them.',
    prove: 'Prove it',
    proveHint: 'Saves a proof (C2SP tlog-proof): that this entry is in the log, under a checkpoint of now. It is checked without this page.',
    failed: (why: string) => `The entry cannot be shown: ${why}`,
    proveFailed: (why: string) => `There is no proof: ${why}`,
  },

  verify: {
    title: 'Verify',
    intro: 'Checks each signature, hash and state from the first entry to the last.',
    redecide: 'Decide everything again, by the recorded policies',
    pin: 'Checkpoint kept elsewhere',
    pinHint: 'Only that shows that no entry was cut off at the end. Paste its text.',
    go: 'Verify every entry',
    stop: 'Stop',
    progress: (number: number, of: number) => `${NUMBER.format(number)} of ${entries(of)}`,
    found: (when: string) => `Found ${when}`,
    failed: (why: string) => `The check could not be made: ${why}`,
    atEntry: (index: number) => `Show entry ${index}`,
    head: 'Head',
    log: 'Identity of the log',
    period: 'Recorded',
    policy: 'Policy in force',
    changes: 'Changes',
    open: (open: number) => `${open} open`,
    decided: 'Decided again',
    purged: 'Purged',
    meanings: {
      'self-consistent': 'Every entry is signed, in its place, and unaltered. That none is missing at the end shows only against a checkpoint that was kept elsewhere.',
      pinned: 'Every entry is signed, in its place, and unaltered, and the log holds all that the checkpoint signed.',
      witnessed: 'Every entry is signed, in its place, and unaltered, and others signed that they saw the log as it is here.',
      forked: 'The log gave one change away twice: two others go on with it, each as if it were theirs.',
      stale: 'The log had more entries before: this is an old copy, or its end was cut off.',
      'blob missing': 'The entries hold, and something that they refer to is not there.',
      're-decided differently': 'The entries hold. This engine decides something otherwise than it is recorded: a finding, no forgery.',
      'other log': 'The checkpoint is of another log, and says nothing of this one.',
      'bad pin': 'The key of the log has not signed the checkpoint, which says nothing of this log: fetch it again from where it was kept.',
      broken: 'Somebody or something changed this trail. The entries before the place named hold; from there on nothing does.',
      empty: 'There is nothing to check.',
    } satisfies Record<TrailCheck['verdict'], string>,
  },

  export: {
    title: 'Export',
    intro: 'One zip file with every entry and a signed checkpoint. Unpacked, it is what `tollgate trail verify` reads.',
    disclosures: 'With personal data',
    disclosuresHint: 'Readable for whoever has the file. Without it, whoever imports the trail sees that data as erased, and everything else holds.',
    go: 'Export',
    failed: (why: string) => `There is no export: ${why}`,
  },

  import: {
    title: 'Import',
    intro: 'An export of a log that began elsewhere. It is kept here only if every entry holds.',
    file: 'Export (zip)',
    failed: (why: string) => `Nothing was imported: ${why}`,
    taken: (verdict: string) => `Imported: ${verdict}`,
  },

  keys: {
    title: 'Keys',
    here: 'in this browser',
    ended: (index: number) => `ended at entry ${index}`,
    enrol: 'Enrol a person',
    enrolIntro: 'Makes a key of their own in this browser. The root key signs: type the recovery words.',
    person: 'Id of the person',
    author: 'May also sign policies',
    words: 'Recovery words',
    go: 'Enrol',
    failed: (why: string) => `Nobody was enrolled: ${why}`,
    notWords: 'These are not 24 recovery words: look at your note for a slip.',
    roles: {
      root: 'root', log: 'log', approver: 'approver', policy_author: 'policy author', pipeline: 'pipeline',
      data_protection_officer: 'data protection officer', witness: 'witness',
    } as Readonly<Record<string, string>>,
  },

  recover: {
    title: 'Take the log over',
    intro: 'A new key of this browser takes the place of the lost one, and your old key is revoked; both are entries that the root key signs.',
    go: 'Take it over',
    failed: (why: string) => `The log was not taken over: ${why}`,
  },

  storage: {
    title: 'Where it is kept',
    name: 'Database',
    nameHint: 'Each name is a trail of its own in this browser.',
    open: 'Open',
    badName: 'Letters, digits, dots and dashes.',
    kept: 'The browser keeps it also when it runs out of room.',
    notKept: 'The browser may drop it when it runs out of room.',
    ask: 'Ask it to keep it',
    copy: {
      kept: 'A second copy is kept in files of this site: entries come back from it if the browser loses the database.',
      none: 'No second copy is kept yet: the next entry that is written here makes it.',
      held: 'No second copy is kept: another tab has its files open. Close the other tabs of this page. It is tried again by itself, and what the copy lacks by then is made up for.',
      unsupported: 'No second copy is kept: this browser has no files for one. Export the trail after each day of work, or use a browser of 2023 or later.',
      refused: (said: string) => `No second copy is kept: the browser refuses its files (“${said}”). Allow this site to store data, leave private browsing or free space on this device; until then export the trail after each day of work.`,
    },
    used: (used: string, of: string) => `${used} of ${of} used by this site`,
  },
} as const;
