import type { Row } from "./row.ts"

/** Of usage, budgets, limits and how long runs are kept. */
export const billingRows = {
  //            owner edit run. view other none run expired
  getWallet: ["200 200 200 200 403 401 403 401", (w) => ({ query: { teamId: w.team } })],
  getRetention: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  previewRetention: ["200 403 403 403 403 401 403 401", (w) => ({ query: { team_id: w.team, days: "30" } })],
  setRetention: ["200 403 403 403 403 401 403 401", (w) => ({ body: { team_id: w.team, days: 3650 } })],
  getUsage: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  getLimits: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  setLimits: ["200 403 403 403 403 401 403 401", (w) => ({ body: { team_id: w.team, runs_at_once: 1000 } })],
  listSpenders: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  setBudget: ["200 403 403 403 403 401 403 401", (w) => ({ body: { team_id: w.team, monthly_usd: 5 } })],
  estimateRun: ["200 200 200 200 404 401 403 401", (w) => ({ query: { environment_id: w.env.id, model: "m" } })],
  getRunUsage: ["200 200 200 200 404 401 403 401", (w) => ({ params: { run_id: w.run } })],
} satisfies Record<string, Row>
