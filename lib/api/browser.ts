import type * as z from "zod"
import { address, type Values } from "@/contract/address.ts"
import type { Endpoint, Endpoints } from "@/contract/index.ts"
import { parseMessage } from "@/contract/text/exact-json.ts"
import { learnServerTime } from "../clock.ts"
import { ApiError, toApiError } from "./error.ts"

type Gets = { [Id in keyof Endpoints as Endpoints[Id]["method"] extends "get" ? Endpoints[Id]["path"] : never]: Endpoints[Id] }
type Query<E extends Endpoint> = E["query"] extends z.ZodType ? z.input<E["query"]> : Record<string, never>

/**
 * Reads from the platform in the browser, through this site's own /api/v1. Typed by the contract, without shipping
 * the contract's schemas to the browser; writes are server actions.
 */
export async function get<Path extends keyof Gets>(
  path: Path,
  params: Values = {},
  query?: Query<Gets[Path]>,
  signal?: AbortSignal,
): Promise<z.output<Gets[Path]["response"]>> {
  let response: Response
  try {
    response = await fetch(address(path, params, query as Values), { signal: signal ?? null, headers: { accept: "application/json" } })
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new ApiError(0, "The platform could not be reached. Is it running?")
  }
  learnServerTime(Date.parse(response.headers.get("date") ?? ""))
  if (!response.ok) throw await toApiError(response)
  return parseMessage(await response.text()) as z.output<Gets[Path]["response"]>
}
