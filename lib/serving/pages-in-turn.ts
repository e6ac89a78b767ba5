import { AsyncResource } from "node:async_hooks"
import type { Server, ServerResponse } from "node:http"
import { answerFirst } from "./answer-first.ts"

/** A page waits for its database no longer than it is rendered: a few keep the one thread busy, and more only wait for each other. */
const atOnce = 6
/** After so long a page that is slow for another reason holds up nobody else: its browser hardly reads it, or it waits for a provider. */
const placeMs = 10_000

/** What `proxy.ts` is asked about: neither the API nor files. */
const page = /^\/(?!api\/|_next\/|[^?]*\.(?:svg|png|ico|txt|webmanifest)(?:\?|$))/

/**
 * Lets a few pages be rendered at once, in the order in which they were asked for. Rendering takes far more of the process than whatever else it answers: begun
 * all at once, each page takes as long as all of them together, and so does everything that is answered in several steps, such as a read or an upload;
 * and all of them are in memory. A page whose browser has left when its turn comes is not rendered. Actions wait for nobody: one that leads to a page asks this
 * server for it, and would hold the place that it waits for.
 */
export function pagesInTurn(server: Pick<Server, "emit">, limits = { atOnce, placeMs }): void {
  let rendered = 0
  const waiting: { response: ServerResponse; render: () => void }[] = []

  function render(response: ServerResponse, next: () => void): void {
    rendered++
    let hasPlace = true
    const leave = () => {
      if (!hasPlace) return
      hasPlace = false
      clearTimeout(timer)
      rendered--
      let first = waiting.shift()
      while (first?.response.destroyed) first = waiting.shift()
      first?.render()
    }
    const timer = setTimeout(leave, limits.placeMs)
    response.once("close", leave)
    next()
  }

  answerFirst(server, (request, response, next) => {
    if (request.method === "POST" || !page.test(request.url ?? "")) return false
    if (rendered < limits.atOnce) render(response, next)
    // It begins where another ends, and must not be taken for a part of that one.
    else waiting.push({ response, render: AsyncResource.bind(() => render(response, next)) })
    return true
  })
}
