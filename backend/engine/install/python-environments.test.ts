import { readdirSync } from "node:fs"
import { access, chmod, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, utimes, writeFile } from "node:fs/promises"
import { createServer, type RequestListener } from "node:http"
import { type AddressInfo, createServer as createSocketServer } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Config, readConfig } from "../../base/config.ts"
import { newId } from "../../base/ids.ts"
import type { Executor } from "../../sandbox/executor.ts"
import { processExecutor } from "../../sandbox/executors/process.ts"
import { tarOf } from "../../testing/archives.ts"
import { isolatingExecutors } from "../../testing/executors.ts"
import { outputOf, sandboxPrograms, sandboxPython, untilEnded } from "../../testing/sandbox.ts"
import { until } from "../../testing/until.ts"
import { type TestWheel, writeWheel } from "../../testing/wheels.ts"
import { prepareSpec } from "../attempt/process-spec.ts"
import type { WorkerContext } from "../worker-context.ts"
import { InstallError } from "./install-error.ts"
import { PythonEnvironments } from "./python-environments.ts"

const secret = "what-only-the-platform-knows"
const base = sandboxPython()
const scratch = await mkdtemp(path.join(tmpdir(), "he-install-"))
// Only the sandbox keeps a program from what is in it, not who it belongs to.
await chmod(scratch, 0o777)
const isolating = await isolatingExecutors("Installations", { folder: scratch, allow: [] })
const plain = processExecutor({ python: base, programs: sandboxPrograms })
// The unprivileged one has another Python, which is not the base's.
const cases = isolating.cases.filter(({ python }) => python === base)
const packages = new Map<string, Buffer>()
let index = ""
let platformPort = 0
const servers: { close: () => void }[] = []

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  for (const name of ["secret-key", "api-key"]) await writeFile(path.join(scratch, name), secret)
  const database = createSocketServer((socket) => socket.end(secret))
  servers.push(database)
  await new Promise<void>((resolve) => database.listen(path.join(scratch, "postgres.sock"), resolve))
  for (const name of ["secret-key", "api-key", "postgres.sock"]) await chmod(path.join(scratch, name), 0o777)
  platformPort = await serve((_, response) => void response.end(secret))
  const port = await serve((request, response) => {
    const file = packages.get((request.url ?? "").slice(1))
    if (file) return void response.end(file)
    response.setHeader("content-type", "text/html")
    response.end([...packages.keys()].map((name) => `<a href="/${name}">${name}</a>`).join("\n"))
  })
  index = `http://127.0.0.1:${port}/`
})

afterAll(async () => {
  await isolating.stop()
  for (const server of servers) server.close()
  await rm(scratch, { recursive: true, force: true })
})

const configOf = (settings: Record<string, string> = {}): Config => {
  const config = readConfig({
    DATABASE_URL: "postgres://nobody/none",
    DATA_DIR: scratch,
    SECRET_KEY: "0f".repeat(32),
    PYTHON_BASE: base,
    UV: process.env.UV,
    ...settings,
  } as unknown as NodeJS.ProcessEnv)
  // The operator's index is one on this machine, and all there is.
  return { ...config, installerVariables: { ...config.installerVariables, UV_DEFAULT_INDEX: `${index}simple/` } }
}
const never = new AbortController().signal

async function install(executor: Executor, wheel: TestWheel, config = configOf(), environmentId = executor.kind) {
  const lines: string[] = []
  const python = await new PythonEnvironments(config, executor).prepare({ ...wheel, environmentId }, (line) => lines.push(line), never)
  return { python, lines, environment: path.dirname(path.dirname(python)) }
}

/** What a program prints that runs as an attempt on this Python would. */
async function runAttempt(executor: Executor, python: string, argv: string[]): Promise<string> {
  const config = configOf()
  const context = { services: { config }, python: new PythonEnvironments(config, executor) } as unknown as WorkerContext
  const spec = await prepareSpec(context, `attempt-${newId()}`, python)
  const handle = await executor.start({ ...spec, argv })
  await untilEnded(executor, handle)
  const output = await outputOf(spec.workDir)
  await executor.remove(handle)
  return output.join("\n")
}

/** A source distribution whose build runs this code, which may use `say`; what it says is in the package's `said`. */
const sourceOf = (name: string, code: string) =>
  tarOf({
    [`${name}-1.0/PKG-INFO`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${name}-1.0/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "1.0"\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n`,
    [`${name}-1.0/backend.py`]: `
import os, socket, sys, urllib.request, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    heard = []
    say = lambda *words: heard.append(" ".join(map(str, words)))
${code
  .trim()
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
    info = "${name}-1.0.dist-info"
    files = {"${name}.py": f"said = {heard!r}", f"{info}/METADATA": "Metadata-Version: 2.1\\nName: ${name}\\nVersion: 1.0\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
    with zipfile.ZipFile(os.path.join(folder, "${name}-1.0-py3-none-any.whl"), "w") as wheel:
        for path, text in files.items(): wheel.writestr(path, text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{path},,\\n" for path in [*files, f"{info}/RECORD"]))
    return "${name}-1.0-py3-none-any.whl"
`,
  })

describe.each(cases)("in $name", ({ executor, works }) => {
  test.runIf(works)(
    "a package's build reaches nothing of the platform, and its environment still installs",
    { timeout: 180_000 },
    async () => {
      packages.set("curious-1.0.tar.gz", await sourceOf("curious", attack()))
      const wheel = await writeWheel(scratch, {
        name: "needs-curious",
        requires: ["curious"],
        files: { "needs_curious.py": "from curious import said" },
      })
      const { python, environment } = await install(executor, wheel)
      const program = "import needs_curious\nfor line in needs_curious.said: print(line)"
      const said = (await runAttempt(executor, python, [python, "-c", program])).split("\n")
      expect(said.at(-1)).toBe("done")
      expect(said.filter((line) => /^(READ|WROTE|REACHED)/.test(line))).toEqual([])
      expect(said.join("\n")).not.toContain(secret)
      // No user of this machine, and not the platform's where that is root.
      expect(said.find((line) => line.startsWith("uid"))).not.toBe("uid 0")

      // What it left leads nowhere: the mark of completeness is the platform's, and where a link led, nothing was written or deleted.
      const folder = path.dirname(environment)
      expect((await lstat(path.join(folder, ".complete"))).isFile()).toBe(true)
      expect((await readdir(folder)).sort()).toEqual([".complete", "inside"])
      expect(await readFile(path.join(scratch, "secret-key"), "utf8")).toBe(secret)
      expect((await readdir(environment)).filter((name) => ["cache", "home", "tmp", "wheel"].includes(name))).toEqual([])
      await access(base)
      expect(await readdir(path.join(path.dirname(path.dirname(base)), "bin"))).not.toContain("evil")
    },
  )

  test.runIf(works)("requirements at addresses that are not public fail, in words", { timeout: 180_000 }, async () => {
    const port = platformPort
    for (const [name, requirement, words] of [
      ["at-file", `x @ file://${scratch}/secret-key.whl`, /secret-key/],
      [
        "at-loopback",
        `x @ http://127.0.0.1:${port}/x-1.0-py3-none-any.whl`,
        new RegExp(`127\\.0\\.0\\.1:${port} was refused: it is not a public address`),
      ],
      ["at-metadata", "x @ http://169.254.169.254/x-1.0-py3-none-any.whl", /169\.254\.169\.254:80 was refused/],
      ["at-git-file", `x @ git+file://${scratch}/repository`, /repository/],
      ["at-git-loopback", `x @ git+http://127.0.0.1:${port}/repository`, new RegExp(`127\\.0\\.0\\.1:${port}`)],
    ] as const) {
      const failed = await install(executor, await writeWheel(scratch, { name, requires: [requirement] })).catch((error) => error)
      expect(failed, requirement).toBeInstanceOf(InstallError)
      expect(failed.message).toMatch(words)
      expect(failed.message).not.toContain(secret)
    }
    // Nothing of a failed installation stays.
    expect((await readdir(path.join(scratch, "python/envs"))).filter((name) => name.endsWith(".lock"))).toEqual([])
  })

  test.runIf(works)("without the internet the operator's index is reached, by its name", { timeout: 120_000 }, async () => {
    const needed = await writeWheel(scratch, { name: "needed", files: { "needed.py": "" } })
    packages.set(needed.filename, await readFile(needed.path))
    const config = configOf({ SANDBOX_NETWORK: "none" })
    const named = { ...config.installerVariables, UV_DEFAULT_INDEX: `${index.replace("127.0.0.1", "localhost")}simple/` }
    const wheel = await writeWheel(scratch, { name: "needs-needed", requires: ["needed"] })
    const { lines } = await install(executor, wheel, { ...config, installerVariables: named })
    expect(lines.join("\n")).toContain("+ needed==1.0")
  })

  test.runIf(works)("a replaced Python leads neither the platform nor a run anywhere", { timeout: 120_000 }, async () => {
    packages.set(
      "replaced-1.0.tar.gz",
      await sourceOf(
        "replaced",
        `
environment = os.path.dirname(os.path.dirname(os.environ["HOME"] + "/"))
os.remove(environment + "/bin/python")
os.symlink(${JSON.stringify(path.join(scratch, "bin/python"))}, environment + "/bin/python")
`,
      ),
    )
    const wheel = await writeWheel(scratch, { name: "needs-replaced", requires: ["replaced"] })
    const { python } = await install(executor, wheel)
    expect(await runAttempt(executor, python, [python, "-c", "print(1)"])).toContain(`cannot start ${python}`)
    expect(await runAttempt(executor, python, ["/bin/cat", path.join(scratch, "secret-key")])).toContain("No such file")
  })

  test.runIf(works)("an installation that is cancelled leaves no process and no file", { timeout: 120_000 }, async () => {
    packages.set(
      "slow-1.0.tar.gz",
      await sourceOf("slow", "import subprocess, time\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\ntime.sleep(600)"),
    )
    const wheel = await writeWheel(scratch, { name: "needs-slow", requires: ["slow"] })
    const stop = new AbortController()
    const environments = new PythonEnvironments(configOf(), executor)
    const installing = environments.prepare({ ...wheel, environmentId: executor.kind }, () => {}, stop.signal).catch((error) => error)
    const root = path.join(scratch, "python/envs")
    const name = await until("the installation began", async () => (await busyFolders(root))[0])
    await until("its build runs", async () => (await processesWith(name)).some((texts) => texts.startsWith("sleep\0")))
    stop.abort(new Error("enough"))
    expect((await installing).message).toBe("enough")
    await until(
      "nothing is left",
      async () => (await processesWith(name)).length === 0 && !(await readdir(root)).some((one) => one.startsWith(name)),
    )
  })
})

describe("plain processes", () => {
  test("install too, and what the base has is not installed again", { timeout: 120_000 }, async () => {
    const wheel = await writeWheel(scratch, {
      name: "needs-base",
      requires: ["verifiers"],
      files: { "needs_base.py": "import pydantic\nword = 'there'" },
    })
    const { python, lines, environment } = await install(plain, wheel)
    expect(lines.join("\n")).toContain("Installed 1 package")
    expect(lines).toContain(" + needs-base==1.0")
    expect(lines.join("\n")).not.toContain(environment)
    expect(await realpath(python)).toBe(await realpath(base))
    expect(await runAttempt(plain, python, [python, "-c", "import needs_base; print(needs_base.word)"])).toBe("there")
    // Found again, for this environment; another one's is its own.
    expect((await install(plain, wheel)).lines).toEqual([])
    expect((await install(plain, wheel, configOf(), "another")).environment).not.toBe(environment)
  })

  test("too much disk is said to be the reason", { timeout: 120_000 }, async () => {
    packages.set(
      "large-1.0.tar.gz",
      await sourceOf(
        "large",
        "import time\nfor i in range(60): open(f'part{i}', 'wb').write(bytes(1_000_000)); time.sleep(0.05)\ntime.sleep(60)",
      ),
    )
    const wheel = await writeWheel(scratch, { name: "needs-large", requires: ["large"] })
    const failed = await install(plain, wheel, configOf({ SANDBOX_DISK_MB: "40" })).catch((error) => error)
    expect(failed).toEqual(new InstallError("Installing took more disk than SANDBOX_DISK_MB allows"))
  })

  test("the environments of deleted versions are deleted, unless they are in use, and so is what was left half made", {
    timeout: 120_000,
  }, async () => {
    const config = { ...configOf(), dataDir: await mkdtemp(path.join(scratch, "sweep-")) }
    const environments = new PythonEnvironments(config, plain)
    const root = path.join(config.dataDir, "python/envs")
    const wheels = await Promise.all(
      ["kept", "used", "deleted", "fresh"].map(async (name) => ({ ...(await writeWheel(scratch, { name })), environmentId: name })),
    )
    const pythons: string[] = []
    for (const wheel of wheels) pythons.push(await environments.prepare(wheel, () => {}, never))
    const folders = pythons.map((python) => path.relative(root, python).split("/")[0] as string)
    const long = new Date(Date.now() - 3_600_000)
    for (const name of folders.slice(0, 3)) await utimes(path.join(root, name, ".complete"), long, long)
    await mkdir(path.join(root, "half", "inside"), { recursive: true })
    const sweep = (mustGo: boolean) => environments.sweep(wheels.slice(0, 1), new Set([pythons[1] as string]), async () => mustGo)
    expect(await sweep(false)).toEqual([])
    expect((await readdir(root)).sort()).toEqual([folders[0], folders[1], folders[3]].sort())
    // Of what may still be wanted, only what nothing runs on has to make room; it is made again when it is wanted.
    expect(await sweep(true)).toEqual([path.join(root, folders[0] as string)])
    expect((await readdir(root)).sort()).toEqual([folders[1], folders[3]].sort())
    expect(await environments.prepare(wheels[0] as (typeof wheels)[0], () => {}, never)).toBe(pythons[0])
  })
})

/** Names of environments that are being made. */
async function busyFolders(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => [] as string[])
  return names.filter((name) => name.endsWith(".lock")).map((name) => name.slice(0, -".lock".length))
}

/** Arguments and variables of the processes that name this folder in them, but for this one. */
async function processesWith(name: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of readdirSync("/proc").filter((one) => /^\d+$/.test(one) && one !== String(process.pid))) {
    const texts = await Promise.all(["cmdline", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")))
    if (texts.join("\n").includes(name)) found.push(texts.join("\n"))
  }
  return found
}

/** What a hostile build tries; each success is a line that begins with READ, WROTE or REACHED. */
const attack = () => `
data = ${JSON.stringify(scratch)}
base = ${JSON.stringify(path.dirname(path.dirname(base)))}
environment = os.path.dirname(os.environ["HOME"])
say("uid", os.getuid())
for name in ("secret-key", "api-key", "python/envs"):
    try:
        path = os.path.join(data, name)
        found = open(path).read() if os.path.isfile(path) else os.listdir(path)
        if found != [os.path.basename(os.path.dirname(environment))]: say("READ", name, found)
    except OSError as error: say("no", name, error.strerror)
for name in (".complete", "exit.json", "output.jsonl"):
    try:
        open(os.path.join(environment, "..", name), "w").write("{}")
        say("WROTE", name)
    except OSError as error: say("no", name, error.strerror)
try:
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(os.path.join(data, "postgres.sock"))
        say("READ", s.recv(100))
except OSError as error: say("no database", error.strerror)
for path in (base + "/bin/evil", base + "/lib/python3." + str(sys.version_info.minor) + "/site-packages/evil.pth", ${JSON.stringify(path.join(sandboxPrograms, "evil.py"))}, sys.base_prefix + "/evil"):
    try:
        open(path, "w").write("evil")
        say("WROTE", path)
    except OSError as error: say("no", path, error.strerror)
own = os.path.join(environment, "lib", "python3." + str(sys.version_info.minor), "site-packages")
shared = [entry.path for folder in os.scandir(own) if folder.is_dir() for entry in os.scandir(folder) if entry.is_file() and entry.stat().st_nlink > 1 and entry.stat().st_uid != os.getuid()]
if shared: say("WROTE through links", shared[:3])
for port in (${platformPort}, 80, 443):
    for opener in (urllib.request.build_opener(urllib.request.ProxyHandler({})), urllib.request.build_opener()):
        for host in ("127.0.0.1", "localhost", "169.254.169.254", "10.0.0.1"):
            try: say("REACHED", host, port, opener.open(f"http://{host}:{port}/", timeout=5).read())
            except OSError as error: say("no", host, port, error)
os.symlink(data + "/secret-key", environment + "/.complete")
import shutil
shutil.rmtree(environment + "/home", ignore_errors=True)
os.symlink(data, environment + "/home")
os.chmod(environment, 0o700)
say("done")
`
