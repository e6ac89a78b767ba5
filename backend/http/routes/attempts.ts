import { endpoints, limits } from "../../../contract/index.ts"
import { appendSpool } from "../../services/attempts/append-spool.ts"
import { endAttempt } from "../../services/attempts/end-attempt.ts"
import { openAttempt } from "../../services/attempts/open-attempt.ts"
import { bearerOf } from "../identify.ts"
import { bodyPieces } from "../read-body.ts"
import { type App, route } from "../route.ts"

/** For attempts on other machines. */
export function attemptRoutes(app: App): void {
  const tokenOf = (request: Request) => bearerOf(request.headers.get("authorization"))
  route(app, endpoints.openAttempt, ({ ctx, body, request }) => openAttempt(ctx, tokenOf(request), body.instance))
  route(app, endpoints.appendSpool, async ({ ctx, query, request }) => {
    const read = async () => {
      const pieces: Uint8Array[] = []
      for await (const piece of bodyPieces(request.body, { bytesMax: limits.spoolLineBytesMax })) pieces.push(piece)
      return Buffer.concat(pieces)
    }
    const { isTaken, answer } = await appendSpool(ctx, tokenOf(request), query, read)
    return isTaken ? answer : Response.json(answer, { status: endpoints.appendSpool.refusal[0] })
  })
  route(app, endpoints.endAttempt, async ({ ctx, body, request }) => {
    await endAttempt(ctx, tokenOf(request), body)
    return { noted: true }
  })
}
