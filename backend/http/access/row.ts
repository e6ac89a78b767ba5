import type { World } from "../../testing/access/world.ts"

/** What is asked of an endpoint: the places of its path, its query, a JSON body or bytes, and headers. */
export interface Asked {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
}

/** The expected statuses, in the order of `callers`, and the request, made anew for each of them. */
export type Row = readonly [expected: string, ask: (w: World) => Asked | Promise<Asked>]
