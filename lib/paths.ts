/** Every address of the dashboard. */
export const paths = {
  environments: "/dashboard/environments",
  environment: (owner: string, name: string) => `/dashboard/environments/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`,
  environmentEvaluations: (owner: string, name: string) => `${paths.environment(owner, name)}/evaluations`,
  launch: (owner: string, name: string) => `${paths.environment(owner, name)}/evaluations/new`,
  evaluations: "/dashboard/evaluations",
  evaluation: (id: string) => `/dashboard/evaluations/${encodeURIComponent(id)}`,
  samples: (id: string) => `${paths.evaluation(id)}/samples`,
  sample: (id: string, sampleId: string) => `${paths.samples(id)}/${encodeURIComponent(sampleId)}`,
  logs: (id: string) => `${paths.evaluation(id)}/logs`,
  signIn: "/login",
} as const
