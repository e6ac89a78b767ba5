import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { hasBubblewrap } from "../testing/isolation.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { type PrimeCli, startPrimeCli } from "./prime-cli.ts"

// What a sandbox may reach, set with the real SDK and the real CLI and tried from inside. Two hosts: two addresses of this machine.
const works = await hasBubblewrap("The network policy of sandboxes")
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const platform = testPlatform({ WORKER_PORT: String(port), PUBLIC_URL: url, SANDBOX_ALLOW: "127.0.0.2:*,127.0.0.3:*" })
const server = createServer((_, response) => response.end("reached"))
let worker: { stop: () => Promise<void> }
let prime: PrimeCli

beforeAll(async () => {
  server.listen(0, "0.0.0.0")
  await once(server, "listening")
  prime = await startPrimeCli(url, testApiKey)
  worker = await startWorker(platform(), { stopRuns: true })
})
afterAll(async () => {
  await worker?.stop()
  await prime?.stop()
  server.close()
})

const script = (served: number) => `
import asyncio
from prime_sandboxes import *
from prime_sandboxes.exceptions import *
A, B = "127.0.0.2:${served}", "127.0.0.3:${served}"
async def main():
    async with AsyncSandboxClient() as client:
        def new(**more):
            return client.create(CreateSandboxRequest(name="n", docker_image="python:3.11-slim", memory_gb=0.5, **more))
        made, limited = await asyncio.gather(new(), new(network_allowlist=[A]))
        await client.bulk_wait_for_creation([made.id, limited.id])
        async def reached(sandbox=made):
            line = f"for at in {A} {B} 10.0.0.1:80; do curl -s -m 10 http://$at/ | head -c 200; echo; done"
            said = [one for one in (await client.execute_command(sandbox.id, line)).stdout.splitlines() if one]
            assert said[2].startswith("10.0.0.1:80 is not"), said
            return [one == "reached" or "rules" not in one and one for one in said[:2]]
        async def put(**policy):
            status = await client.set_network(made.id, **policy)
            assert status.applied and status == await client.get_network(made.id), status
            return status
        async def refused(message, **policy):
            try:
                await client.client.request("PUT", f"/sandbox/{made.id}/egress-policy", json=policy)
            except Exception as error:
                assert message in str(error), error
            else:
                raise AssertionError(policy)
        first = await client.get_network(made.id)
        assert (first.policy.allowlist, first.policy.denylist, first.applied) == (None, None, True), first
        assert await reached() == [True, True]
        status = await put(allow=[A])
        assert status.policy.allowlist == [A] and status.generation == first.generation + 1, status
        assert await reached() == [True, False]
        await put(allow=[B])
        assert await reached() == [False, True]
        await put(deny=["127.0.0.3/32"])
        assert await reached() == [True, False]
        await put(deny=["*"])
        assert await reached() == [False, False]
        # It limits; it opens nothing that the platform keeps closed.
        await put(allow=["10.0.0.0/8", "127.0.0.0/8"])
        assert await reached() == [True, True]
        await put(allow=["*"])
        assert await reached() == [True, True]
        assert limited.network_allowlist == [A], limited
        assert await reached(limited) == [True, False]
        await refused("'allowlist', 1], 'msg': '\\"https://b.com\\" is no name", allowlist=["a.com", "https://b.com"])
        await refused("exclude each other", allowlist=[], denylist=[])
        await refused("give an allowlist or a denylist")
        await client.delete(made.id)
        await refused("is TERMINATED", allowlist=[])
        print("done", limited.id)
asyncio.run(main())
`

test.runIf(works)("the SDK and the CLI set what a running sandbox may reach", { timeout: 120_000 }, async () => {
  const file = path.join(prime.scratch, "egress.py")
  await writeFile(file, script((server.address() as AddressInfo).port))
  const { output } = await prime.run(prime.python, [file])
  const id = /^done (\S+)$/m.exec(output)?.[1] ?? expect.fail(output)
  expect(await prime.cli(["sandbox", "network", "egress", id])).toMatch(/Access limited to.*127\.0\.0\.2/s)
  expect(await prime.cli(["sandbox", "network", id, "--deny", "*"])).toMatch(/Internet access.*blocked/s)
})
