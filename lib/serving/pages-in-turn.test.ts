import { AsyncLocalStorage } from "node:async_hooks"
import { once } from "node:events"
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, expect, test } from "vitest"
import { until } from "@/backend/testing/until.ts"
import { pagesInTurn } from "./pages-in-turn.ts"

let close = () => {}
afterEach(() => close())

/** A server that answers when it is told to. */
async function serve(placeMs = 60_000) {
  const begun: { path: string; end: () => void; context: unknown }[] = []
  const context = new AsyncLocalStorage<string>()
  const server = createServer((message, response) => {
    begun.push({ path: message.url ?? "", end: () => response.end(), context: context.getStore() })
  })
  const arrived: string[] = []
  pagesInTurn(server, { atOnce: 2, placeMs })
  const emit = server.emit.bind(server) as (...args: unknown[]) => boolean
  server.emit = ((event: string, message: IncomingMessage, response: ServerResponse) =>
    context.run(message?.url ?? "", () => {
      if (event === "request") arrived.push(message.url ?? "")
      return emit(event, message, response)
    })) as typeof server.emit
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  const { port } = server.address() as AddressInfo
  const ask = async (path: string, method = "GET") => {
    const asked = request({ port, host: "127.0.0.1", path, method, agent: false }).end()
    asked.on("error", () => {})
    await until(`${path} has arrived`, () => arrived.includes(path))
    return asked
  }
  const paths = () => begun.map(({ path }) => path)
  const end = (path: string) => begun.find((one) => one.path === path)?.end()
  return { ask, begun, paths, end }
}

test("pages are rendered in the order of their requests, so many at once", async () => {
  const { ask, begun, paths, end } = await serve()
  for (const path of ["/a", "/b", "/c", "/d?x=1"]) await ask(path)
  expect(paths()).toEqual(["/a", "/b"])
  end("/b")
  await until("3 are begun", () => begun.length === 3)
  end("/a")
  await until("4 are begun", () => begun.length === 4)
  expect(paths()).toEqual(["/a", "/b", "/c", "/d?x=1"])
  // Each in the context of its own request, whose end ever made room for it.
  expect(begun.map(({ context }) => context)).toEqual(["/a", "/b", "/c", "/d?x=1"])
  end("/c")
  end("/d?x=1")
  // Nobody waits any more: there is room again.
  await ask("/e")
  await until("/e is begun", () => paths().includes("/e"))
})

test("the API, files and actions wait for no page", async () => {
  const { ask, paths } = await serve()
  for (const path of ["/a", "/b", "/c"]) await ask(path)
  for (const path of ["/api/auth/session", "/_next/static/x.js", "/icon.svg", "/icon.png?v=2"]) await ask(path)
  await ask("/dashboard/action", "POST")
  expect(paths()).toEqual(["/a", "/b", "/api/auth/session", "/_next/static/x.js", "/icon.svg", "/icon.png?v=2", "/dashboard/action"])
})

test("who leaves while waiting is passed over", async () => {
  const { ask, begun, paths, end } = await serve()
  await ask("/a")
  await ask("/b")
  const left = await ask("/left")
  await ask("/c")
  left.destroy()
  await until("it has left", () => left.closed)
  // The server hears of it before what is asked now.
  await ask("/icon.svg")
  end("/a")
  await until("4 are begun", () => begun.length === 4)
  expect(paths()).toEqual(["/a", "/b", "/icon.svg", "/c"])
})

test("a page that is slow gives up its place, and only once", async () => {
  const { ask, begun, paths, end } = await serve(500)
  for (const path of ["/a", "/b", "/c", "/d"]) await ask(path)
  await until("4 are begun", () => begun.length === 4)
  expect(paths()).toEqual(["/a", "/b", "/c", "/d"])
  end("/a")
  end("/b")
  await ask("/e")
  await ask("/icon.svg")
  await until("/icon.svg is begun", () => paths().includes("/icon.svg"))
  expect(paths()).not.toContain("/e")
})
