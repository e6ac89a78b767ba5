/**
 * The variables that point the `prime` CLI and Prime's packages at a platform, as a line for a shell. All of them: what is left out
 * goes to Prime's own platform, traces even with the API key of this one.
 * @param origin of the platform, such as https://evals.example
 * @param teamId the team whose the runs and what else is made are; without it they are the person's
 */
export const primeVariables = (origin: string, teamId: string | null = null): string =>
  [
    `export PRIME_API_BASE_URL=${origin}`,
    `PRIME_FRONTEND_URL=${origin}`,
    `PRIME_TRACES_URL=${origin}`,
    `PRIME_INFERENCE_URL=${origin}/api/v1`,
    ...(teamId ? [`PRIME_TEAM_ID=${teamId}`] : []),
  ].join(" \\\n       ")
