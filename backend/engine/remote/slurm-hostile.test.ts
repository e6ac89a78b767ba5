import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import type { Server } from "node:http"
import { tmpdir } from "node:os"
import path from "node:path"
import { serve } from "@hono/node-server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { readLogLines } from "../../store/logs/read-logs.ts"
import { programOf, rolloutsFrom } from "../../testing/remote-program.ts"
import { superviseElsewhere } from "../../testing/remote-run.ts"
import { sandboxPrograms, sandboxPython } from "../../testing/sandbox.ts"
import { type Slurm, startSlurm } from "../../testing/slurm.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"
import { newWaitingRun } from "../../testing/waiting-run.ts"
import { slurmEngine } from "./slurm.ts"

/* Programs on a node of a cluster that try what a hostile environment would: against the node, others' attempts on it, and its network. */

const platform = testPlatform()
const folder = await mkdtemp(path.join(tmpdir(), "he-nodes-"))
let slurm: Slurm
let server: Server
let port = 0

beforeAll(async () => {
  slurm = await startSlurm()
  port = await freePort()
  server = serve({ fetch: (request) => platform().fetch(request, null, "192.0.2.1"), hostname: slurm.address, port }) as Server
}, 60_000)
afterAll(async () => {
  server?.closeAllConnections()
  server?.close()
  await slurm?.stop()
  await rm(folder, { recursive: true, force: true })
})

const begin = async (slug: string) => {
  const engine = slurmEngine({
    folder,
    platformUrl: `http://${slurm.address}:${port}`,
    silenceSeconds: 600,
    python: sandboxPython(),
    programs: sandboxPrograms,
    variables: slurm.variables,
  })
  const id = await newWaitingRun(platform(), slug, 100_000)
  return { id, ...(await superviseElsewhere(platform(), slug, engine)) }
}
/** Runs a program on a node to its end; what it printed, and how it ended. */
async function attack(slug: string, ...program: Parameters<typeof programOf>) {
  const { id, start, follow, record } = await begin(slug)
  const end = await follow(await start(programOf(...program)))
  const lines = (await readLogLines(platform().services.db, id, 0, 10_000)).map(({ text }) => text)
  await record.end("CANCELLED", null)
  return { end, lines, text: lines.join("\n") }
}

test("a program on a node finds no other attempt, no token, no process but its own, and changes nothing", { timeout: 90_000 }, async () => {
  const other = await begin("hostile-other")
  const attempt = await other.start(rolloutsFrom(0, 100_000, 0.05))
  await until("the other one runs", async () => (await other.record.takeNext(attempt)) && other.record.row.samplesDone > 0)
  const shared = path.join(folder, "shared-secret")
  await writeFile(shared, "the-node-alone-knows", { mode: 0o666 })
  const { end, lines, text } = await attack(
    "hostile-files",
    `
import os, signal, socket
folder = ${JSON.stringify(folder)}
print("attempts", sorted(os.listdir(folder)) == [os.path.basename(os.path.dirname(os.getcwd()))])
for name in ["shared-secret", ${JSON.stringify(attempt.id)}, ${JSON.stringify(`${attempt.id}/inside`)}, ${JSON.stringify(`${attempt.id}/spawn.json`)}]:
    try:
        path = os.path.join(folder, name)
        print("READ", name, os.listdir(path) if os.path.isdir(path) else open(path).read())
    except OSError as error: print("no", name, error.strerror)
pids = [name for name in os.listdir("/proc") if name.isdigit()]
print("pids", len(pids))
for pid in pids:
    try: print("ENVIRON", sorted(line.split("=")[0] for line in open(f"/proc/{pid}/environ").read().split(chr(0)) if line))
    except OSError: pass
for path in ("/etc/shadow", "/proc/1/root/etc/shadow", "/var/spool", ${JSON.stringify(platform().config.dataDir)}, "/run/munge"):
    try: print("READ", path, os.listdir(path) if os.path.isdir(path) else open(path).read(10))
    except OSError as error: print("no", path, error.strerror)
for path in ("/usr/bin/mine", "/etc/mine", os.path.join(folder, "mine"), "/run/sandbox/mine", "/mine"):
    try:
        open(path, "w"); print("WROTE", path)
    except OSError as error: print("no", path, error.strerror)
open("mine", "w"); open("/tmp/mine", "w"); print("its own folder is its own")
try:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.kill(-1, signal.SIGTERM); print("signalled")
except OSError as error: print("no signal", error.strerror)
print(open("/proc/self/status").read())
print("user", os.getuid() != 0, socket.gethostname())
`,
  )
  expect(end, text).toMatchObject({ phase: "exited", code: 0 })
  expect(lines).toContain("attempts True")
  expect(lines).toContain("its own folder is its own")
  expect(lines).toContain("user True sandbox")
  expect(lines.filter((line) => /^(READ|WROTE|signalled)/.test(line))).toEqual([])
  expect(text).not.toContain("the-node-alone-knows")
  expect(Number(/^pids (\d+)$/m.exec(text)?.[1])).toBeLessThanOrEqual(4)
  expect(text).not.toMatch(/ATTEMPT_|SLURM/)
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) expect(text).toMatch(new RegExp(`^${set}:\\s+0+$`, "m"))
  expect(text).toMatch(/^NoNewPrivs:\s+1$/m)
  expect(text).toMatch(/^Seccomp:\s+2$/m)
  // The other one is none the worse for it.
  const before = other.record.row.samplesDone
  await until("it goes on", async () => (await other.record.takeNext(attempt)) && other.record.row.samplesDone > before)
  await other.remote.stop(attempt, 1000)
  await other.record.end("CANCELLED", null)
  await rm(shared)
  await until("nothing is left", async () => (await readdir(folder)).length === 0)
})

test("a program on a node reaches the platform and nothing else of the network", { timeout: 90_000 }, async () => {
  const network = slurm.address.replace(/\.1$/, "")
  const controller = /SlurmctldPort=(\d+)/.exec(await slurm.on("n1", `cat ${slurm.variables.SLURM_CONF}`))?.[1]
  const targets = [
    [slurm.address, port],
    [slurm.address, Number(controller)],
    ...[11, 12].map((node) => [`${network}.${node}`, 16818]),
    ["127.0.0.1", 16818],
    ["169.254.169.254", 80],
  ]
  const program = `
import socket, urllib.request
for host, port in ${JSON.stringify(targets)}:
    try:
        with socket.create_connection((host, port), 3) as s:
            s.sendall(b"GET /api/v1/health HTTP/1.0\\r\\n\\r\\n")
            print("REACHED" if s.recv(10) else "closed", host, port)
    except OSError as error: print("no", host, port, error)
`
  // They are there, and a program that nothing encloses reaches them.
  expect(await slurm.on("n1", `bash -c 'exec 3<>/dev/tcp/${slurm.address}/${controller} && echo there'`)).toBe("there\n")
  expect(await slurm.on("n1", `bash -c 'exec 3<>/dev/tcp/${network}.11/16818 && echo there'`)).toBe("there\n")

  const nothing = await attack("hostile-none", program)
  expect(nothing.end, nothing.text).toMatchObject({ phase: "exited", code: 0 })
  expect(nothing.lines.filter((line) => line.startsWith("REACHED"))).toEqual([])

  const platformAlone = await attack("hostile-platform", program, { reach: [`${slurm.address}:${port}`] })
  expect(platformAlone.lines.filter((line) => line.startsWith("REACHED"))).toEqual([`REACHED ${slurm.address} ${port}`])

  const internet = await attack("hostile-internet", program, { reach: [`${slurm.address}:${port}`], network: "internet" })
  expect(internet.lines.filter((line) => line.startsWith("REACHED"))).toEqual([`REACHED ${slurm.address} ${port}`])
})

test("where a node cannot make the sandbox, nothing is started, and the attempt says so", { timeout: 60_000 }, async () => {
  for (const node of ["n1", "n2"] as const) await slurm.on(node, "mount --bind /dev/null /usr/bin/bwrap")
  const { end, lines } = await attack("hostile-without", 'print("it ran")')
  expect(end).toMatchObject({
    phase: "exited",
    refused: expect.stringMatching(/^n[12] could not make the sandbox: cannot start bwrap: .*Permission denied/),
  })
  expect(lines).not.toContain("it ran")
  // Where it is there and may not make namespaces.
  for (const node of ["n1", "n2"] as const) await slurm.on(node, "umount /usr/bin/bwrap; mount --bind /bin/false /usr/bin/bwrap")
  expect((await attack("hostile-forbidden", 'print("it ran")')).end).toMatchObject({
    phase: "exited",
    code: 1,
    refused: expect.any(String),
  })
  for (const node of ["n1", "n2"] as const) await slurm.on(node, "umount /usr/bin/bwrap")
  expect(await attack("hostile-again", 'print("it ran")')).toMatchObject({ end: { code: 0 }, lines: ["it ran"] })
})
