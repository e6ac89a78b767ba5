import { readdir, readFile, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { isolatingExecutors } from "../testing/executors.ts"
import { outputOf, python, sandboxPrograms, sandboxPython, testSpec, untilEnded, untilSaid } from "../testing/sandbox.ts"
import type { Handle, Spec } from "./executor.ts"
import { processExecutor } from "./executors/process.ts"
import { pythonMounts } from "./python-mounts.ts"

const host = { python: sandboxPython(), programs: sandboxPrograms, folder: tmpdir(), allow: [] }
const isolating = await isolatingExecutors("Programs", { folder: tmpdir(), allow: [] })
afterAll(isolating.stop)
const cases = [{ name: "process", python: sandboxPython(), executor: processExecutor(host), works: true }, ...isolating.cases]

// What every executor guarantees, whatever it isolates.
describe.each(cases)("$name", ({ executor, works, python: interpreter }) => {
  const started: Handle[] = []
  afterAll(async () => {
    for (const handle of started) await executor.remove(handle)
  })
  const start = async (argv: string[], given: Partial<Spec> = {}) => {
    const spec = await testSpec(argv, { mounts: await pythonMounts(interpreter), ...given })
    const handle = await executor.start(spec)
    started.push(handle)
    return handle
  }
  const run = async (argv: string[], given: Partial<Spec> = {}) => {
    const handle = await start(argv, given)
    return { handle, end: await untilEnded(executor, handle), output: await outputOf(handle.workDir) }
  }
  const sh = (text: string) => ["/bin/sh", "-c", text]

  test.runIf(works)("a program's end is reported by its exit code or its signal", async () => {
    expect((await run(sh("exit 3"))).end).toEqual({ phase: "exited", code: 3, signal: null, limit: null })
    expect((await run(sh("kill -SEGV $$"))).end).toEqual({ phase: "exited", code: null, signal: "SIGSEGV", limit: null })
    const missing = await run(["/no/such/program"])
    expect(missing.end).toMatchObject({ code: 127 })
    expect(missing.output.join("\n")).toContain("cannot start /no/such/program")
  })

  test.runIf(works)("a program sees the variables it is given, starts in its own folder, and sees nothing of ours", async () => {
    const { handle, output } = await run([...sh("env; pwd; echo mine > file")], { env: { PATH: "/usr/bin:/bin", WORD: "a b\n" } })
    const names = output.filter((line) => line.includes("=")).map((line) => line.split("=")[0])
    expect(names.filter((name) => !["PATH", "WORD", "PWD", "SHLVL", "_"].includes(name as string))).toEqual([])
    expect(output).toContain(path.join(handle.workDir, "inside"))
    expect(await readFile(path.join(handle.workDir, "inside/file"), "utf8")).toBe("mine\n")
  })

  test.runIf(works && executor.kind !== "process")("a program reads the settings of its system, and finds itself in them", async () => {
    const { end, output } = await run(
      python(
        `
import os, pwd, socket, stat
for name in ("passwd", "group", "hosts", "resolv.conf", "nsswitch.conf", "ssl/certs/ca-certificates.crt"):
    if not open(f"/etc/{name}").read(): print("empty", name)
print(pwd.getpwuid(os.getuid()).pw_name, sorted({found[4][0] for found in socket.getaddrinfo("localhost", 80)}))
print(oct(stat.S_IMODE(os.stat("/etc").st_mode)))
`,
        interpreter,
      ),
    )
    expect({ end, output }).toMatchObject({ end: { code: 0 } })
    expect(output[0]).toMatch(/^sandbox \[.*'127\.0\.0\.1'.*\]$/)
    expect(output[1]).toBe("0o755")
  })

  test.runIf(works)("the same attempt is started once, and found again by its handle", async () => {
    const spec = await testSpec(sh("echo begun; sleep 60"), { mounts: [] })
    const [first, second] = [await executor.start(spec), await executor.start(spec)]
    started.push(first)
    expect(second).toEqual(first)
    await untilSaid(first.workDir, "begun")
    expect(await executor.inspect(JSON.parse(JSON.stringify(first)))).toEqual({ phase: "running" })
    expect(await outputOf(first.workDir)).toEqual(["begun"])
  })

  test.runIf(works)("a stop asks first: a program that ends by itself says how", async () => {
    const handle = await start(sh("trap 'echo bye; exit 7' TERM; echo ready; while true; do sleep 0.05; done"))
    await untilSaid(handle.workDir, "ready")
    await executor.stop(handle, 5000)
    expect(await executor.inspect(handle)).toEqual({ phase: "exited", code: 7, signal: null, limit: null })
    expect(await outputOf(handle.workDir)).toContain("bye")
    await executor.stop(handle, 0)
  })

  test.runIf(works)("a stop ends what ignores it, in sessions of their own as well", async () => {
    const handle = await start(python(stubborn, interpreter))
    await untilSaid(handle.workDir, "ready")
    await executor.stop(handle, 1000)
    expect(await executor.inspect(handle)).toMatchObject({ phase: "exited", signal: "SIGKILL" })
    await expect.poll(() => processesWith(handle.workDir), { timeout: 10_000 }).toEqual([])
  })

  // In a container the shim is the first process: the engine sees to the same.
  test.runIf(works && executor.kind !== "docker")("when the shim is killed, what it kept ends too", async () => {
    const handle = await start(python(stubborn, interpreter))
    await untilSaid(handle.workDir, "ready")
    await expect.poll(async () => (await processesWith(handle.workDir)).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2)
    process.kill(JSON.parse(await readFile(path.join(handle.workDir, "shim.json"), "utf8")).pid, "SIGKILL")
    expect(await untilEnded(executor, handle)).toEqual({ phase: "lost" })
    await expect.poll(() => processesWith(handle.workDir), { timeout: 10_000 }).toEqual([])
  })

  test.runIf(works)("more memory than allowed ends a program, with the reason", async () => {
    const { end } = await run(python("kept = [b'x' * 1000000 for _ in range(2000)]; import time; time.sleep(60)", interpreter))
    expect(end).toEqual({ phase: "exited", code: null, signal: "SIGKILL", limit: "memory" })
  })

  test.runIf(works)("more disk than allowed ends a program, with the reason", async () => {
    const { end } = await run(
      python(
        "import time\nfor i in range(300): open(f'part{i}', 'wb').write(bytes(1000000)); time.sleep(0.02)\ntime.sleep(60)",
        interpreter,
      ),
    )
    expect(end).toMatchObject({ phase: "exited", limit: "disk" })
  })

  test.runIf(works && executor.startWaiting)("a waiting program starts on its line, and ends when its input is closed", async () => {
    const startOne = async () => {
      const one = await executor.startWaiting?.(await testSpec(sh('if read line; then echo "got $line"; exit 5; fi; echo nothing')))
      if (!one) throw new Error("this executor holds no programs")
      started.push(one.handle)
      return one
    }
    const [released, dropped] = [await startOne(), await startOne()]
    expect(await executor.inspect(released.handle)).toEqual({ phase: "running" })
    expect(released.release("the word")).toBe(true)
    dropped.drop()
    expect(await untilEnded(executor, released.handle)).toMatchObject({ code: 5 })
    expect(await untilEnded(executor, dropped.handle)).toMatchObject({ code: 0 })
    expect(await outputOf(released.handle.workDir)).toEqual(["got the word"])
    expect(await outputOf(dropped.handle.workDir)).toEqual(["nothing"])
    expect(released.release("again")).toBe(false)
  })

  test.runIf(works)("removing a program ends it and leaves nothing on disk", async () => {
    const handle = await start(sh("mkdir -p a/b; echo x > a/b/c; chmod 0 a; echo ready; sleep 60"))
    await untilSaid(handle.workDir, "ready")
    await executor.remove(handle)
    await expect.poll(() => processesWith(handle.workDir), { timeout: 10_000 }).toEqual([])
    await expect(stat(handle.workDir)).rejects.toThrow("ENOENT")
  })
})

/** A program that ignores TERM and leaves a grandchild, in a session of its own, that does too. */
const stubborn = `
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() > 0:
        os._exit(0)
    time.sleep(600)
print("ready", flush=True)
time.sleep(600)
`

/** Processes that belong to a folder by their environment. */
async function processesWith(workDir: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
  const environments = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")))
  return pids.filter((_, index) => environments[index]?.includes(workDir))
}
