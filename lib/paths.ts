const withQuery = (path: string, query: Record<string, string>): string =>
  Object.keys(query).length > 0 ? `${path}?${new URLSearchParams(query)}` : path

/** Every address of the dashboard. */
export const paths = {
  home: "/dashboard",
  environments: "/dashboard/environments",
  environmentsBy: (filter: { owner: string } | { tag: string }) => withQuery(paths.environments, filter),
  environment: (owner: string, name: string) => `/dashboard/environments/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`,
  environmentEvaluations: (owner: string, name: string) => `${paths.environment(owner, name)}/evaluations`,
  launch: (owner: string, name: string) => `${paths.environment(owner, name)}/evaluations/new`,
  files: (owner: string, name: string, path = "") => withQuery(`${paths.environment(owner, name)}/files`, path === "" ? {} : { path }),
  dataset: (owner: string, name: string) => `${paths.environment(owner, name)}/dataset`,
  versions: (owner: string, name: string) => `${paths.environment(owner, name)}/versions`,
  checks: (owner: string, name: string) => `${paths.environment(owner, name)}/checks`,
  check: (owner: string, name: string, id: string) => `${paths.checks(owner, name)}/${encodeURIComponent(id)}`,
  schedules: (owner: string, name: string) => `${paths.environment(owner, name)}/schedules`,
  environmentSettings: (owner: string, name: string) => `${paths.environment(owner, name)}/settings`,
  evaluations: "/dashboard/evaluations",
  /** The runs that were launched together. */
  suite: (id: string) => withQuery(paths.evaluations, { suite: id }),
  evaluation: (id: string) => `/dashboard/evaluations/${encodeURIComponent(id)}`,
  samples: (id: string, filter: Record<string, string> = {}) => withQuery(`${paths.evaluation(id)}/samples`, filter),
  sample: (id: string, sampleId: string) => `${paths.samples(id)}/${encodeURIComponent(sampleId)}`,
  report: (id: string) => `${paths.evaluation(id)}/report`,
  /** Goes on with the first drawn sample that the reader has not rated. */
  review: (id: string, state: Record<string, string> = {}) => withQuery(`${paths.evaluation(id)}/review`, state),
  logs: (id: string) => `${paths.evaluation(id)}/logs`,
  /** Runs side by side, the first of them the baseline. Ids have no comma, so the address can be read. */
  compare: (ids: readonly string[] = []) =>
    `/dashboard/evaluations/compare${ids.length > 0 ? `?runs=${ids.map(encodeURIComponent).join(",")}` : ""}`,
  /** A run that a link shows without an account. */
  shared: (token: string) => `/s/${encodeURIComponent(token)}`,
  sharedSamples: (token: string, page: Record<string, string> = {}) => withQuery(`${paths.shared(token)}/samples`, page),
  sharedSample: (token: string, sampleId: string) => `${paths.sharedSamples(token)}/${encodeURIComponent(sampleId)}`,
  sharedLogs: (token: string, page: Record<string, string> = {}) => withQuery(`${paths.shared(token)}/logs`, page),
  search: "/dashboard/search",
  models: "/dashboard/models",
  usage: "/dashboard/usage",
  settings: "/dashboard/settings",
  /** Where runs run. */
  compute: "/dashboard/settings/compute",
  team: (id: string) => `${paths.settings}/teams/${encodeURIComponent(id)}`,
  notifications: "/dashboard/settings/notifications",
  /** With the form open for a rule about an environment. */
  notifyAbout: (owner: string, name: string) => withQuery(paths.notifications, { about: `${owner}/${name}` }),
  /** What was sent over a channel. */
  notificationLog: (id: string, page: Record<string, string> = {}) => withQuery(`${paths.notifications}/${encodeURIComponent(id)}`, page),
  instances: "/dashboard/settings/instances",
  audit: "/dashboard/settings/audit",
  /** Everybody with an account, and who is invited. */
  people: "/dashboard/settings/people",
  /** What a directory such as Okta or Entra keeps. */
  directory: "/dashboard/settings/directory",
  docs: "/docs",
  guide: (page: string) => `/docs/${encodeURIComponent(page)}`,
  apiReference: "/docs/api",
  signIn: "/login",
  forgotPassword: "/login/forgot",
  /** Where whoever has no session that works is led on from. */
  enter: "/login/enter",
} as const
