import * as z from "zod"
import { endpoint } from "../endpoint.ts"
import { limits } from "../limits.ts"
import * as attempts from "./attempts.ts"

/** Of an attempt on another machine, which says by its own token which one it is. */
const common = {
  method: "post",
  group: "attempts",
  access: "public",
  // Many machines may come from one address.
  perMinute: limits.attemptsPerMinute,
  status: 200,
  answer: "json",
  extension: true,
} as const

export const remoteEndpoints = {
  openAttempt: endpoint({
    ...common,
    path: "/attempts/open",
    summary: "Begin an attempt on another machine: what to start, and with what. Another instance than the first is refused",
    body: attempts.OpenAttemptRequest,
    response: attempts.AttemptOrder,
  }),
  appendSpool: endpoint({
    ...common,
    path: "/attempts/events",
    summary: "Lines that an attempt on another machine wrote, behind those that have arrived; none to say that it lives",
    query: attempts.AppendSpoolQuery,
    rawBody: true,
    response: attempts.AppendSpoolResponse,
    refusal: [409, "The stream goes on at another offset; the body is the same as with 200"],
  }),
  endAttempt: endpoint({
    ...common,
    path: "/attempts/exit",
    summary: "How the process of an attempt on another machine ended, after all that it wrote has arrived",
    body: attempts.EndAttemptRequest,
    response: z.object({ noted: z.boolean() }),
  }),
}
