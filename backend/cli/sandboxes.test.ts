import { execFile } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { hasBubblewrap } from "../testing/isolation.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"

// The real prime_sandboxes SDK, unmodified, from the Python that environments run in, against a worker that really keeps sandboxes.
const works = await hasBubblewrap("The SDK of sandboxes")
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const scratch = await mkdtemp(path.join(tmpdir(), "he-sdk-"))
const platform = testPlatform({ WORKER_PORT: String(port), PUBLIC_URL: url, SANDBOXES_MAX_MEMORY_GB: "2" })
let worker: { stop: () => Promise<void> }

beforeAll(async () => {
  await mkdir(path.join(scratch, "home"))
  worker = await startWorker(platform(), { stopRuns: true })
})
afterAll(async () => {
  await worker?.stop()
  await rm(scratch, { recursive: true })
})

const opening = `
import asyncio, json, os, sys, time, urllib.error, urllib.request
from prime_sandboxes import *
from prime_sandboxes.exceptions import *
def request(**more):
    return CreateSandboxRequest(name="of the SDK", docker_image="python:3.11-slim", vm=False, **{"labels": ["sdk"], **more})
def raises(kind, call):
    try:
        call()
    except Exception as error:
        assert isinstance(error, kind), repr(error)
        return str(error)
    raise AssertionError(f"no {kind.__name__}")
`

/** Runs a Python script with the SDK; what it prints comes back. */
function python(script: string): Promise<string> {
  const file = path.join(scratch, "script.py")
  const env = {
    PATH: process.env.PATH,
    HOME: path.join(scratch, "home"),
    LANG: "C.UTF-8",
    PRIME_API_BASE_URL: url,
    PRIME_API_KEY: testApiKey,
  }
  const python = process.env.PYTHON_BASE ?? "python3"
  return writeFile(file, opening + script).then(
    () =>
      new Promise((resolve, reject) =>
        execFile(python, [file], { cwd: scratch, env: env as unknown as NodeJS.ProcessEnv }, (error, stdout, stderr) =>
          error ? reject(new Error(`${stdout}${stderr}`)) : resolve(stdout),
        ),
      ),
  )
}

test.runIf(works)("the client makes a sandbox, runs commands, moves files and deletes it", { timeout: 180_000 }, async () => {
  const printed = await python(`
client = SandboxClient(APIClient())
made = client.create(request(environment_vars={"COLOUR": "blue"}, secrets={"TOKEN": "hidden"}, start_command="echo started; tail -f /dev/null"))
assert made.status == "PENDING" and made.vm is False and made.environment_vars == {"COLOUR": "blue"}, made
client.wait_for_creation(made.id)
sandbox = client.get(made.id)
assert sandbox.status == "RUNNING" and sandbox.docker_image == "python:3.11-slim" and sandbox.started_at, sandbox
assert "hidden" not in sandbox.model_dump_json()

run = lambda command, **more: client.execute_command(made.id, command, **more)
done = run("echo $COLOUR $TOKEN $MORE; pwd; echo wrong >&2; exit 7", env={"MORE": "3"})
assert (done.stdout, done.stderr, done.exit_code) == ("blue hidden 3\\n/workspace\\n", "wrong\\n", 7), done
assert run("pwd", working_dir="/app").stdout == "/app\\n"
assert run("python -c 'print(1 + 1)'").stdout == "2\\n"
assert run("id -u").stdout != "0\\n"
assert "timed out after 1s" in raises(CommandTimeoutError, lambda: run("sleep 30", timeout=1))
raises(APIError, lambda: run("true", user="somebody"))

# Commands share files, processes and what listens.
run("cd /app && nohup python3 -m http.server 8123 > /tmp/server.log 2>&1 &")
assert "Directory listing" in run("for i in $(seq 100); do curl -sf --noproxy '*' http://127.0.0.1:8123/ && break || sleep 0.1; done").stdout

data = os.urandom(3_000_000)
open("local", "wb").write(data)
sent = client.upload_file(made.id, "/workspace/deep/file", "local")
assert sent.success and sent.size == len(data), sent
client.download_file(made.id, "/workspace/deep/file", "back/file")
assert open("back/file", "rb").read() == data
client.upload_bytes(made.id, "/app/text", "häagen\\n".encode() * 3, "text")
read = client.read_file(made.id, "/app/text")
assert read.content == "häagen\\n" * 3 and read.truncated is False, read
assert client.read_file(made.id, "/app/text", offset=-8, length=8).content == "häagen\\n"
raises(SandboxFileNotFoundError, lambda: client.read_file(made.id, "/none"))
raises(SandboxFileTooLargeError, lambda: run("truncate -s 20M /app/big") and client.read_file(made.id, "/app/big"))
raises(APIError, lambda: client.download_file(made.id, "/none", "none"))
raises(APIError, lambda: client.upload_bytes(made.id, "/proc/none", b"x", "x"))

job = client.start_background_job(made.id, "echo $N; until [ -e go ]; do sleep 0.05; done; echo err >&2; exit 5", env={"N": "job"}, working_dir="/app")
assert client.get_background_job(made.id, job).completed is False
client.upload_bytes(made.id, "/app/go", b"", "go")
while not (status := client.get_background_job(made.id, job)).completed: time.sleep(0.1)
assert (status.exit_code, status.stdout, status.stderr) == (5, "job\\n", "err\\n"), status
assert client.run_background_job(made.id, "echo run", poll_interval=1).stdout == "run\\n"

# As the SDK runs commands from 0.5 on: a message of protobuf in the Connect protocol, for echo $A in /app.
auth = client._auth_cache.get_or_refresh(made.id)
message = bytes.fromhex("0a270a092f62696e2f6261736812022d6312076563686f2024411a070a01411202c3bc22042f6170702000")
def start(token, at=made.id):
    address = f"{auth['gateway_url']}/{auth['user_ns']}/{at}/command_session.CommandSession/Start"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/connect+proto", "Connect-Timeout-Ms": "5000"}
    body = bytes(1) + len(message).to_bytes(4, "big") + message
    return urllib.request.urlopen(urllib.request.Request(address, body, headers)).read()
said = start(auth["token"])
assert "\\u00fc\\n".encode() in said and bytes.fromhex("1a0408001001") in said and said.endswith(b"{}"), said
assert b"unauthenticated" in start("wrong") and b"unauthenticated" in start(auth["token"], "other")

while not (logs := client.get_logs(made.id)): time.sleep(0.1)
assert logs == "started\\n", logs
assert client.list_exposed_ports(made.id).exposures == []
exposed = client.expose(made.id, 8123, name="files")
name = exposed.url.split("/")[2]
assert exposed.url == f"http://{exposed.exposure_id}.localhost:{name.split(':')[1]}" and exposed.port == 8123, exposed
def visit(path, data=None, host=name):
    address = os.environ["PRIME_API_BASE_URL"] + path
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, {"Host": host})) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
big = os.urandom(2_000_000)
client.upload_bytes(made.id, "/app/big.bin", big, "big.bin")
assert visit("/big.bin") == (200, big)
assert visit("/none")[0] == 404 and visit("/", b"x" * 100_000)[0] == 501
assert [one.exposure_id for one in client.list_exposed_ports(made.id).exposures] == [exposed.exposure_id]
assert [one.name for one in client.list_all_exposed_ports().exposures] == ["files"]
closed = client.expose(made.id, 8124)
assert visit("/", host=closed.url.split("/")[2]) == (502, b"Nothing listens at the port 8124 of the sandbox\\n")
client.unexpose(made.id, closed.exposure_id)
assert visit("/", host=closed.url.split("/")[2])[0] == 404
assert "protocol" in raises(APIError, lambda: client.expose(made.id, 8000, protocol="TCP"))
for _ in range(15): client.expose(made.id, 8125)
assert "at most" in raises(APIError, lambda: client.expose(made.id, 8126))
assert [one.id for one in client.list(labels=["sdk"], exclude_terminated=True).sandboxes] == [made.id]
assert client.list(labels=["other"]).total == 0
assert client.delete(made.id)["success"]
assert client.get(made.id).status == "TERMINATED"
assert visit("/big.bin")[0] == 404 and client.list_exposed_ports(made.id).exposures == []
assert "no longer running" in raises(SandboxNotRunningError, lambda: run("true"))
assert client.delete(made.id)["success"]
assert "HTTP 404" in raises(APIError, lambda: client.get("none"))
print("done")
`)
  expect(printed).toBe("done\n")
})

test.runIf(works)("the async client works on several at once, with what it asks for by default", { timeout: 180_000 }, async () => {
  const printed = await python(`
async def main():
    async with AsyncSandboxClient() as client:
        # As verifiers' own runtime asks: a machine that lives as long as it may and ends when it is idle.
        asked = CreateSandboxRequest(name="many", docker_image="python:3.11-slim", vm=True, timeout_minutes=-1, idle_timeout_minutes=60, memory_gb=0.5, labels=["many"])
        made = await asyncio.gather(*[client.create(asked) for _ in range(3)])
        assert all(sandbox.vm is False and sandbox.timeout_minutes == 1440 for sandbox in made), made
        await client.bulk_wait_for_creation([sandbox.id for sandbox in made])
        async def work(n, sandbox):
            await client.upload_bytes(sandbox.id, "/app/n", str(n).encode(), "n")
            said = await asyncio.gather(*[client.execute_command(sandbox.id, f"cat /app/n; sleep 0.2; echo {i}") for i in range(5)])
            assert [one.stdout for one in said] == [f"{n}{i}\\n" for i in range(5)], said
            job = await client.start_background_job(sandbox.id, "echo $((6 * 7))")
            while not (status := await client.get_background_job(sandbox.id, job)).completed: await asyncio.sleep(0.1)
            assert status.stdout == "42\\n"
            await client.download_file(sandbox.id, "/app/n", f"n{n}")
            return open(f"n{n}").read()
        assert await asyncio.gather(*[work(n, sandbox) for n, sandbox in enumerate(made)]) == ["0", "1", "2"]
        try:
            await client.execute_command(made[0].id, "sleep 30", timeout=1)
        except CommandTimeoutError: pass
        gone = await client.bulk_delete(labels=["many"])
        assert sorted(gone.succeeded) == sorted(sandbox.id for sandbox in made) and gone.failed == [], gone
        assert (await client.list(labels=["many"], exclude_terminated=True)).total == 0
        try:
            await client.create(CreateSandboxRequest(name="big", docker_image="i", vm=False, memory_gb=3))
        except APIError as error:
            assert "memory_gb" in str(error) and "at most 2 on this platform" in str(error), error
        print("done")
asyncio.run(main())
`)
  expect(printed).toBe("done\n")
})
