import { z } from "zod"
import * as billing from "../billing.ts"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"

export const billingEndpoints = {
  getWallet: endpoint({
    method: "get",
    path: "/billing/wallet",
    group: "billing",
    summary: "What the evaluations of the caller or of a team cost, newest first",
    access: "required",
    query: billing.WalletQuery,
    status: 200,
    answer: "json",
    response: billing.Wallet,
  }),
  getRunUsage: endpoint({
    method: "get",
    path: "/billing/runs/{run_id}/usage",
    group: "billing",
    summary: "Tokens and cost of one evaluation, as metered",
    access: "required",
    params: z.object({ run_id: Id }),
    status: 200,
    answer: "json",
    response: billing.RunUsage,
  }),
}
