import type * as z from "zod"
import { address } from "@/contract/address.ts"
import type { Endpoints } from "@/contract/index.ts"
import { parseMessage } from "@/contract/text/exact-json.ts"
import { ApiError, toApiError } from "./error.ts"

type Bulk = Endpoints["bulkEvaluations"]

/**
 * Does one thing to several runs, in the browser and through this site's own /api/v1: a deletion that was held back has to reach the
 * platform while its page is being left, which a server action does not.
 * @returns why runs stayed as they were, by their ids
 * @throws ApiError for a refusal of the whole, or with status 0 when the platform could not be reached
 */
export async function bulkRuns(body: z.input<Bulk["body"]>): Promise<Map<string, string>> {
  let response: Response
  try {
    response = await fetch(address("/evaluations/bulk"), {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
      keepalive: true,
    })
  } catch {
    throw new ApiError(0, "The platform could not be reached. Nothing was changed.")
  }
  if (!response.ok) throw await toApiError(response)
  const { results } = parseMessage(await response.text()) as z.output<Bulk["response"]>
  return new Map(results.flatMap(({ evaluation_id, error }) => (error === null ? [] : [[evaluation_id, error]])))
}
