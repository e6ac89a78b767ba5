import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { isPublicAddress, outsideDispatcher } from "../base/outside.ts"
import { tryProvider } from "./test-provider.ts"

let server: Server
let port = 0
let isAsked = false
beforeAll(async () => {
  server = createServer((request, response) => {
    isAsked = true
    if (request.url === "/away/models") response.writeHead(302, { location: `http://127.0.0.1:${port}/v1/models` }).end()
    else response.end(JSON.stringify({ data: [{ id: "m" }] }))
  }).listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

const shared = { host: "0.0.0.0", publicUrl: "https://evals.example.com" }
const alone = { host: "127.0.0.1", publicUrl: "http://localhost:3000" }
const ask = async (base: string, place: { host: string; publicUrl: string }, allow: string[] = []) => {
  isAsked = false
  const { fault, message } = await tryProvider(
    { base_url: base, key: null, model: null },
    outsideDispatcher({ ...place, sandbox: { allow } as never }),
  )
  return { fault, message }
}

test("addresses of private, special and cloud networks are not public, however they are written", () => {
  const inside = ["127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "0.0.0.0"]
  const inside6 = [
    "::1",
    "::",
    "fe80::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "ff02::1",
  ]
  expect([...inside, ...inside6].filter(isPublicAddress)).toEqual([])
  expect(["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"].every(isPublicAddress)).toBe(true)
})

test("what a person gives leads to this machine only where nobody else is, or the operator allows it", async () => {
  for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"]) {
    expect(await ask(`http://${host}:${port}/v1`, shared)).toMatchObject({ fault: "address_refused" })
    expect(isAsked).toBe(false)
  }
  expect((await ask(`http://localhost:${port}/v1`, shared)).message).toMatch(
    /^localhost leads to (127\.0\.0\.1|::1), which is not a public address\. .*SANDBOX_ALLOW=localhost:\d+$/,
  )
  expect(await ask(`http://localhost:${port}/v1`, alone)).toMatchObject({ fault: null })
  expect(await ask("http://169.254.169.254/v1", alone)).toMatchObject({ fault: "address_refused" })
  expect(await ask(`http://127.0.0.1:${port}/v1`, { ...alone, publicUrl: "https://evals.example.com" })).toMatchObject({
    fault: "address_refused",
  })
  for (const allowed of [`127.0.0.1:${port}`, "127.0.0.0/8:*"])
    expect(await ask(`http://127.0.0.1:${port}/v1`, shared, [allowed])).toMatchObject({ fault: null })
  expect(await ask(`http://127.0.0.1:${port}/v1`, shared, ["127.0.0.1:1"])).toMatchObject({ fault: "address_refused" })
})

test("a redirect is not followed", async () => {
  expect(await ask(`http://127.0.0.1:${port}/away`, alone)).toMatchObject({
    fault: "not_compatible",
    message: expect.stringContaining("302"),
  })
})
