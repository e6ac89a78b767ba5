/** The runs that are under way, as the home page counts them; only their total is used. */
export const runningQuery = { status: "PENDING,RUNNING,PROCESSING", limit: 1 }
