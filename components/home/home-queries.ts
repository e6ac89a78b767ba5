/** What the page reads of runs, on the server and again in the browser. */
export const runningQuery = { status: "PENDING,RUNNING,PROCESSING", limit: 8 }

/** By what changed last, which for a run that has ended is mostly its end. */
export const latestQuery = { status: "COMPLETED,FAILED,TIMEOUT,CANCELLED", limit: 12, sort_by: "updated_at" as const }
