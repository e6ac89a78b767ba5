/** Every address of the dashboard. */
export const paths = {
  environments: "/dashboard/environments",
  environment: (owner: string, name: string) => `/dashboard/environments/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`,
  environmentEvaluations: (owner: string, name: string) => `${paths.environment(owner, name)}/evaluations`,
  launch: (owner: string, name: string) => `${paths.environment(owner, name)}/evaluations/new`,
  files: (owner: string, name: string, path = "") =>
    `${paths.environment(owner, name)}/files${path === "" ? "" : `?path=${encodeURIComponent(path)}`}`,
  versions: (owner: string, name: string) => `${paths.environment(owner, name)}/versions`,
  checks: (owner: string, name: string) => `${paths.environment(owner, name)}/actions`,
  check: (owner: string, name: string, id: string) => `${paths.checks(owner, name)}/${encodeURIComponent(id)}`,
  environmentSettings: (owner: string, name: string) => `${paths.environment(owner, name)}/settings`,
  evaluations: "/dashboard/evaluations",
  evaluation: (id: string) => `/dashboard/evaluations/${encodeURIComponent(id)}`,
  samples: (id: string) => `${paths.evaluation(id)}/samples`,
  sample: (id: string, sampleId: string) => `${paths.samples(id)}/${encodeURIComponent(sampleId)}`,
  logs: (id: string) => `${paths.evaluation(id)}/logs`,
  usage: "/dashboard/usage",
  settings: "/dashboard/settings",
  docs: "/docs",
  signIn: "/login",
} as const
