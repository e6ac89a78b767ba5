/** Bounds that the form, the API and the documentation share. Numbers only, so that the browser can import them cheaply. */
export const limits = {
  /** Of the field by which an author says that examples belong together, and of a value of it. */
  clusterFieldCharactersMax: 200,
  examplesMin: -1,
  examplesMax: Number.MAX_SAFE_INTEGER,
  rolloutsMin: 1,
  rolloutsMax: 2048,
  uploadStaleMinutes: 15,
  /** What any platform's bounds lie between: a year at most. Its operator sets narrower ones. */
  timeoutMinutesMin: 1,
  timeoutMinutesMax: 525_600,
  /** Of a run that names none, where the operator's bounds allow it. */
  timeoutMinutesDefault: 1440,
  computeRunsMax: 50,
  computeErrorsMax: 5,
  runCpuCoresMax: 1024,
  runMemoryGbMin: 0.125,
  runMemoryGbMax: 16_384,
  runDiskGbMin: 0.016,
  runDiskGbMax: 16_384,
  runGpusMax: 64,
  maxConcurrentMin: 1,
  maxConcurrentDefault: 32,
  shardsMax: 256,
  maxRetriesMin: 0,
  maxRetriesDefault: 3,
  budgetUsdMax: 1_000_000,
  runsAtOnceMax: 10_000,
  stopMarginMin: 0.001,
  /** Of a reward that the form asks for, on either side of 0. */
  rewardMax: 1_000_000,
  /** What an integer column holds. */
  int4Max: 2 ** 31 - 1,
  listPageMax: 100,
  samplesPageMax: 1000,
  logLinesPageMax: 5000,
  logSearchCharactersMax: 200,
  searchCharactersMax: 200,
  /** Rows of a page of teams, members or secrets: the CLI asks for one page and shows it as everything. */
  namesPageMax: 1000,
  offsetMax: 100_000,
  /** Characters of arguments that an estimate may be asked for: they stand in the address, which servers bound at 16 KB. */
  estimateArgumentsMax: 1000,
  /** The CLI makes a name of an environment and a model, which may be a path of 255 characters. */
  nameCharactersMax: 500,
  /** The longest life of an API key that expires: two years. */
  keyDaysMax: 730,
  errorCharactersMax: 20_000,
  /** What people say about a run. */
  tagsMax: 20,
  rewardWeightsMax: 100,
  tagCharactersMax: 60,
  notesCharactersMax: 20_000,
  /** What people say about samples and their turns: each person this often about one sample. */
  reviewNoteCharactersMax: 10_000,
  reviewsPerSampleMax: 200,
  /** Comments beside a run or a sample, and people whom one of them tells. */
  commentsMax: 5000,
  commentCharactersMax: 10_000,
  commentsPerMinute: 30,
  mentionsMax: 20,
  /** Runs that one request changes. */
  bulkRunsMax: 200,
  /** Columns of metrics and configuration that a list is asked for. */
  listColumnsMax: 12,
  viewsMax: 50,
  viewNameCharactersMax: 60,
  viewQueryCharactersMax: 2000,
  /** What an environment says of itself. */
  sharePasswordCharactersMin: 8,
  sharePasswordCharactersMax: 200,
  environmentDescriptionMax: 2000,
  environmentTagsMax: 50,
  readmeCharactersMax: 200_000,
  /** Of a dataset's examples, as many are kept for people to read as the runner reports (preview.py), and no longer ones. */
  examplesKeptMax: 500,
  exampleTextMax: 20_000,
  exampleMessagesMax: 50,
  secretsMax: 100,
  secretNameCharactersMax: 255,
  secretValueBytesMax: 64 * 1024,
  descriptionCharactersMax: 500,
  /** Providers of models of a person or a team, and what one of them says of itself. */
  providersMax: 50,
  providerNameCharactersMax: 80,
  providerKeyCharactersMax: 4096,
  typedModelsMax: 200,
  modelIdCharactersMax: 300,
  favouriteModelsMax: 100,
  environmentsPerLaunchMax: 50,
  /** Public keys of a person, and of a run. */
  sshKeysMax: 50,
  /** Models of one launch: as many as runs can be compared. */
  modelsPerSuiteMax: 10,
  /** Configurations that a person keeps under a name, and runs that are offered beside them. */
  presetsMax: 50,
  /** Of one run. */
  sharesMax: 20,
  shareDaysMax: 365,
  /** Ways to reach a person, and what they ask to be told. */
  channelsMax: 20,
  /** Of a new one mails may go to anybody. */
  channelsPerMinute: 5,
  messagesAskedPerMinute: 20,
  channelNameCharactersMax: 60,
  notificationRulesMax: 100,
  /** Of what a channel answered, this much is kept, and all of it this long. */
  answerCharactersMax: 500,
  deliveriesKeptDays: 40,
  /** After which runs may be deleted by themselves. */
  retentionDaysMin: 1,
  retentionDaysMax: 3650,
  presetNameCharactersMax: 60,
  presetBytesMax: 64 * 1024,
  recentConfigurations: 5,
  /** Of one account, and runs that are shown of each. */
  schedulesMax: 50,
  scheduledRunsShown: 5,
  jsonBytesMax: 8 * 1024 * 1024,
  /** Of requests without a key, which anybody can send. */
  keylessJsonBytesMax: 64 * 1024,
  sampleBatchBytesMax: 26 * 1024 * 1024,
  /** Of traces: an upload without its compression, one line of it, and lines and traces together. */
  traceUploadBytesMax: 256 * 1024 * 1024,
  traceLineBytesMax: 64 * 1024 * 1024,
  tracesPerUploadMax: 1_000_000,
  tracesPerEpisodeMax: 10_000,
  traceIdCharactersMax: 512,
  /** A conversation with pictures in it. */
  modelRequestBytesMax: 64 * 1024 * 1024,
  /** Of one caller. Those beyond them wait their turn for a while, as many as may. */
  uploadsAtOnceMax: 4,
  uploadsWaitingMax: 100,
  /** How long a request waits for its turn before it is refused with a 429. */
  waitSeconds: 10,
  /** Terminals that begin to sign in, of one address in a minute, and that wait at once in all. */
  challengesPerMinute: 20,
  challengesMax: 1000,
  /** Of a password, by its length alone: what is longer costs more to check and tells nothing more. */
  passwordCharactersMin: 12,
  passwordCharactersMax: 200,
  emailCharactersMax: 254,
  /** Changes in one PATCH of a directory. */
  scimOperationsMax: 1000,
  scimPageMax: 200,
  browserCharactersMax: 100,
  /** Of one person; and what waits for an answer of a browser, of all. */
  passkeysMax: 20,
  identitiesMax: 20,
  passkeyNameCharactersMax: 60,
  passkeyIdCharactersMax: 1400,
  passkeyChallengesMax: 1000,
  /** Requests of one address in a minute that try to sign in, or open what was sent to a person. */
  signInsPerMinute: 60,
  /** Attempts to sign in within `signInMinutes`, in all processes together: at one account, and from one address. */
  signInsPerAccount: 20,
  signInsPerAddress: 100,
  signInMinutes: 15,
  sessionDays: 30,
  invitationDays: 7,
  passwordResetHours: 24,
  /** Mails with a link to one address within `signInMinutes`, whoever asks for them. */
  linkMailsPerAddress: 3,
  /** Invitations that wait, of one person. */
  invitationsMax: 100,
  healthPerMinute: 6000,
  /** Of a tunnel server: two for each client that connects, one for each that leaves. */
  frpPerMinute: 6000,
  /** Of attempts on other machines, from one address: a busy one asks ten times a second. */
  attemptsPerMinute: 600_000,
  attemptInstanceCharactersMax: 200,
  /** Each says at least this often that it lives. */
  attemptHeartbeatSeconds: 10,
  /** What such an attempt sends at once: lines of about this size together, or one longer line. */
  spoolPieceBytes: 1024 * 1024,
  spoolLineBytesMax: 16 * 1024 * 1024,
  /** How much of it may wait to be read. */
  spoolUnreadBytesMax: 64 * 1024 * 1024,
  /** Requests through one tunnel at a time. */
  tunnelRequestsAtOnceMax: 256,
  archiveBytesMax: 512 * 1024 * 1024,
  inspectBytesMax: 500_000,
  commandCharactersMax: 100_000,
} as const

export const secretNamePattern = /^[A-Z][A-Z0-9_]*$/
