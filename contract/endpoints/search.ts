import { endpoint } from "../endpoint.ts"
import * as search from "../search.ts"

export const searchEndpoints = {
  searchRuns: endpoint({
    method: "get",
    path: "/search",
    group: "evaluations",
    summary: "Where a text or a regular expression is in the conversations and logs of all runs, newest runs first",
    access: "required",
    query: search.SearchQuery,
    status: 200,
    answer: "json",
    response: search.SearchResponse,
    extension: true,
  }),
}
