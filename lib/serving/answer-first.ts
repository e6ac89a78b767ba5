import type { IncomingMessage, Server, ServerResponse } from "node:http"

/**
 * Answers requests of a server, or of all of a class, before whoever made it does. Next makes its server itself.
 * @param answer false for a request that is not answered here; one that it cannot answer after all it hands on with `next`
 */
export function answerFirst(
  server: Pick<Server, "emit">,
  answer: (request: IncomingMessage, response: ServerResponse, next: () => void) => boolean,
): void {
  const emit = server.emit as (this: unknown, event: string, ...args: unknown[]) => boolean
  server.emit = function (this: unknown, event: string, ...args: unknown[]): boolean {
    const next = () => emit.call(this, event, ...args)
    if (event !== "request") return next()
    const [request, response] = args as [IncomingMessage, ServerResponse]
    return answer(request, response, next) || next()
  }
}
