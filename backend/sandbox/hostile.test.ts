import { randomBytes } from "node:crypto"
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:net"
import { networkInterfaces, tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { isolatingExecutors } from "../testing/executors.ts"
import { outputOf, python, sandboxPython, testSpec, untilEnded, untilSaid } from "../testing/sandbox.ts"
import type { Handle, Inspection, Mount, Spec } from "./executor.ts"
import { pythonMounts } from "./python-mounts.ts"

/*
 * Programs that try what a hostile environment would. Each attempt is real, and so is what it is aimed at: this machine, this
 * process, and a folder that looks like a platform's.
 */

const secret = `the-server-alone-knows-${randomBytes(8).toString("hex")}`
process.env.HOSTILE_TEST_SECRET = secret
const dataDir = await mkdtemp(path.join(tmpdir(), "he-hostile-"))
const folder = path.join(dataDir, "runs")
await mkdir(path.join(folder, "other-1/inside"), { recursive: true })
for (const name of [dataDir, folder]) await chmod(name, 0o777)
const allow = ["127.0.0.9:*"]
const { cases, stop } = await isolatingExecutors("Hostile programs", { folder, allow })

const servers: Server[] = []
/** A service of this machine, on a port or a socket file, that gives the secret to every client. */
function serve(place: { host: string; port: number } | string): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${secret.length}\r\n\r\n${secret}`))
    servers.push(server)
    server.listen(place, () => {
      const address = server.address()
      resolve(typeof address === "object" && address ? address.port : 0)
    })
  })
}

beforeAll(async () => {
  for (const name of ["secret-key", "api-key", "runs/other-1/inside/job.json", "runs/other-1/exit.json"]) {
    await writeFile(path.join(dataDir, name), secret)
    await chmod(path.join(dataDir, name), 0o666)
  }
  await serve(path.join(dataDir, "postgres.sock"))
  if (process.getuid?.() === 0) await serve({ host: "127.0.0.9", port: 853 })
})
afterAll(async () => {
  for (const server of servers) server.close()
  await stop()
  await rm(dataDir, { recursive: true, force: true })
})

describe.each(cases)("a hostile program in $name", ({ executor, works, python: interpreter }) => {
  let mounts: Mount[] = []
  const started: Handle[] = []
  beforeAll(async () => {
    mounts = await pythonMounts(interpreter)
  })
  afterAll(async () => {
    for (const handle of started) await executor.remove(handle)
  })
  const attack = async (program: string, given: Partial<Spec> = {}): Promise<{ output: string[]; end: Inspection; handle: Handle }> => {
    const workDir = await mkdtemp(path.join(dataDir, "runs/attack-"))
    const handle = await executor.start(await testSpec(python(program, interpreter), { workDir, mounts, ...given }))
    started.push(handle)
    const end = await untilEnded(executor, handle, 110)
    return { output: await outputOf(workDir), end, handle }
  }

  // A container shows the machine's /sys, of which the walk reads every file: half a minute where there is much to read.
  test.runIf(works)("finds neither the database nor its files, nor keys, nor other runs", { timeout: 120_000 }, async () => {
    const { output } = await attack(`
import os, socket, sys
data = ${JSON.stringify(dataDir)}
for name in ["", "secret-key", "api-key", "runs", "runs/other-1", "runs/other-1/inside/job.json", "runs/other-1/exit.json"]:
    try:
        path = os.path.join(data, name)
        print("READ", name, open(path).read() if os.path.isfile(path) else sorted(os.listdir(path)))
    except OSError as error:
        print("no", name, error.strerror)
try:
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(os.path.join(data, "postgres.sock"))
        print("READ", s.recv(1000))
except OSError as error:
    print("no database", error.strerror)
# Whatever else there is to be seen of the host, by walking all of it.
seen = ["/proc", "/dev", "/usr", ${JSON.stringify(path.dirname(path.dirname(sandboxPython())))}, sys.base_prefix]
for root, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(root, f) not in seen]
    for name in files:
        try:
            if os.path.getsize(os.path.join(root, name)) < 10000 and "alone-knows" in open(os.path.join(root, name)).read():
                print("READ", os.path.join(root, name))
        except (OSError, UnicodeDecodeError):
            pass
print("done")
`)
    expect(output.at(-1)).toBe("done")
    const reached = output.filter((line) => line.startsWith("READ"))
    // Folders on the way to its own are there, and hold nothing else.
    expect(reached.filter((line) => !/^READ (runs)? ?\['(runs|attack-\w+)'\]$/.test(line))).toEqual([])
    expect(output.join("\n")).not.toContain(secret)
  })

  test.runIf(works)("sees no process but its own, no environment of the server, and signals nobody", async () => {
    const { output } = await attack(`
import os, signal
pids = [name for name in os.listdir("/proc") if name.isdigit()]
print("pids", len(pids))
for pid in pids:
    for name in ("environ", "cmdline", "maps"):
        try:
            text = open(f"/proc/{pid}/{name}", errors="replace").read()
            if "alone-" + "knows" in text: print("READ", pid, text)
        except OSError: pass
print("own", sorted(os.environ))
for target in ("/proc/1/root/etc/shadow", "/proc/1/environ", "/proc/${process.pid}/environ", "/proc/kcore", "/etc/shadow", "/dev/mem"):
    try: print("READ", target, open(target, "rb").read(100))
    except OSError as error: print("no", target, error.strerror)
for pid in (${process.pid}, ${process.ppid}, -1):
    try:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        os.kill(pid, signal.SIGUSR1)
        print("signalled", pid)
    except OSError as error: print("no signal", pid, error.strerror)
print(open("/proc/self/status").read())
`)
    const text = output.join("\n")
    expect(text).not.toContain(secret)
    expect(output.filter((line) => line.startsWith("READ"))).toEqual([])
    expect(Number(/^pids (\d+)$/m.exec(text)?.[1])).toBeLessThanOrEqual(4)
    expect(output.find((line) => line.startsWith("own"))).toBe("own ['HOME', 'LC_CTYPE', 'PATH']")
    expect(text).not.toContain(`signalled ${process.pid}`)
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) expect(text).toMatch(new RegExp(`^${set}:\\s+0+$`, "m"))
    expect(text).toMatch(/^NoNewPrivs:\s+1$/m)
    expect(text).toMatch(/^Seccomp:\s+2$/m)
  })

  test.runIf(works)("changes nothing of the system, and gets no other rights", async () => {
    const before = await readFile("/proc/sys/kernel/panic", "utf8")
    const { output } = await attack(`
import ctypes, os
for path in ("/usr/bin/evil", "/etc/passwd", "/etc/evil", "/evil", "/proc/sys/kernel/panic", "/dev/evil", "/run/sandbox/init/main.py", "/sys/evil", ${JSON.stringify(sandboxPython())}):
    try:
        open(path, "a").write("77")
        print("WROTE", path)
    except OSError as error: print("no", path, error.strerror)
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    done = getattr(libc, name)(*arguments) == 0
    print("CALLED" if done else "no", name, "" if done else os.strerror(ctypes.get_errno()))
call("unshare", 0x10000000)
call("unshare", 0x20000)
call("setuid", 0)
call("setns", os.open("/proc/self/ns/net", os.O_RDONLY), 0)
call("mount", b"none", b"/tmp", b"tmpfs", 0, None)
call("ptrace", 16, os.getppid(), 0, 0)
call("mknod", b"/tmp/memory", 0o20666, os.makedev(1, 1))
call("chroot", b"/tmp")
call("personality", 0x0200000)
print("uid", os.getuid(), os.geteuid(), os.getgroups())
`)
    expect(output.filter((line) => /^(WROTE|CALLED)/.test(line))).toEqual([])
    expect(await readFile("/proc/sys/kernel/panic", "utf8")).toBe(before)
    // The uid of nobody, or of the platform's user when that is not root.
    expect(output.at(-1)).toMatch(/^uid (\d+) \1 /)
    expect(output.at(-1)).not.toMatch(/^uid 0 /)
  })

  test.runIf(works)(
    "reaches no service of this machine, no private network and no metadata, however the address is written",
    async () => {
      const port = await serve({ host: "127.0.0.1", port: 0 })
      const { output, handle } = await attack(
        `
import socket, ssl, urllib.request
port = ${port}
targets = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1",
    "169.254.169.254", "10.0.0.1", "172.17.0.1", "192.168.0.1", "100.64.0.1", "fd00::1", "fe80::1", "64:ff9b::7f00:1", "224.0.0.1"]
targets += ${JSON.stringify(ownAddresses())}
for target in targets:
    for number in (port, 80, 22):
        try:
            with socket.create_connection((target, number), timeout=5) as s:
                s.settimeout(5)
                s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
                answer = s.recv(1000)
                print("REACHED" if answer else "no", target, number, answer)
        except OSError as error:
            print("no", target, number, error)
    shown = f"[{target}]" if ":" in target else target
    for request in (f"CONNECT {shown}:{port} HTTP/1.1\\r\\n\\r\\n", f"GET http://{shown}:{port}/ HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"):
        try:
            with socket.create_connection(("127.0.0.1", 3128), timeout=20) as s:
                s.settimeout(20)
                s.sendall(request.encode())
                answer = s.recv(1000).decode()
                print("REACHED" if " 200 " in answer.split("\\n")[0] else "refused", target, answer.split("\\r\\n")[0])
        except OSError as error:
            print("no proxy", target, error)
for family, kind in ((socket.AF_INET, socket.SOCK_RAW), (socket.AF_VSOCK, socket.SOCK_STREAM), (socket.AF_ALG, socket.SOCK_SEQPACKET)):
    try:
        socket.socket(family, kind)
        print("REACHED", family)
    except OSError as error: print("no", family, error)
print("done")
`,
        { network: "internet" },
      )
      // The egress proxy writes to the same log, in its own time.
      expect(output.filter((line) => !line.startsWith("[network]")).at(-1)).toBe("done")
      expect(output.filter((line) => line.startsWith("REACHED"))).toEqual([])
      expect(output.join("\n")).not.toContain(secret)
      expect(output.some((line) => /^refused 127\.0\.0\.1 HTTP\/1\.1 403/.test(line))).toBe(true)
      // The log explains why, and what to do.
      expect(await untilSaid(handle.workDir, "[network] 169.254.169.254:80 was refused: ")).toMatch(/SANDBOX_ALLOW/)
    },
    120_000,
  )

  test.runIf(works)("reaches what it was given, and without a network nothing at all", async () => {
    const [given, other] = [await serve({ host: "127.0.0.1", port: 0 }), await serve({ host: "127.0.0.1", port: 0 })]
    const program = `
import socket
for port in (${given}, ${other}):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as s:
            s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            print("REACHED", port, s.recv(1000).decode().split("\\r\\n")[-1])
    except OSError as error: print("no", port, error)
`
    for (const network of ["internet", "none"] as const) {
      const { output } = await attack(program, { network, reach: [`127.0.0.1:${given}`] })
      expect(output.filter((line) => line.startsWith("REACHED"))).toEqual([`REACHED ${given} ${secret}`])
    }
    const { output } = await attack(program)
    expect(output.filter((line) => line.startsWith("REACHED"))).toEqual([])
  })

  test.runIf(works && process.getuid?.() === 0)(
    "reaches what the operator allows: at common ports as if it were there, at any through its proxy",
    async () => {
      const other = await serve({ host: "127.0.0.9", port: 0 })
      const { output } = await attack(
        `
import os, socket, urllib.request
def get(host, port, request):
    with socket.create_connection((host, port), timeout=10) as s:
        s.sendall(request.encode())
        text = b""
        while part := s.recv(1000): text += part
        return text.decode().split("\\r\\n")[-1]
print("direct", get("127.0.0.9", 853, "GET / HTTP/1.0\\r\\n\\r\\n"))
print("proxy", get("127.0.0.1", 3128, "GET http://127.0.0.9:${other}/ HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"))
print("tunnel", get("127.0.0.1", 3128, "CONNECT 127.0.0.9:${other} HTTP/1.1\\r\\n\\r\\n"))
print("by variable", urllib.request.urlopen("http://127.0.0.9:${other}/", timeout=10).read().decode())
`,
        { network: "internet" },
      )
      expect(output).toEqual(["direct", "proxy", "tunnel", "by variable"].map((way) => `${way} ${secret}`))
    },
  )

  test.runIf(works)("that forks without end is stopped at its process limit, and can be ended at once", async () => {
    const workDir = await mkdtemp(path.join(dataDir, "runs/bomb-"))
    const bomb = `
import os, time
count = 0
while True:
    try:
        if os.fork() == 0:
            time.sleep(600)
        count += 1
    except OSError as error:
        print("held at", count, error.strerror, flush=True)
        break
for _ in range(200):
    try:
        if os.fork() == 0:
            os.setsid()
            while True:
                try: os.fork()
                except OSError: pass
    except OSError: pass
time.sleep(600)
`
    const handle = await executor.start(await testSpec(python(bomb, interpreter), { workDir, mounts }))
    started.push(handle)
    const count = Number((await untilSaid(workDir, "held at")).split(" ")[0])
    expect(count).toBeGreaterThan(20)
    expect(count).toBeLessThanOrEqual(64)
    await executor.stop(handle, 0)
    await expect.poll(() => processesIn(workDir), { timeout: 10_000 }).toEqual([])
  })

  test.runIf(works)("that prints without end fills no disk, and is ended", async () => {
    const { end, handle } = await attack(`
import os
line = b"x" * 65536
while True:
    os.write(1, line)
`)
    expect(end).toMatchObject({ phase: "exited", limit: "output" })
    expect((await stat(path.join(handle.workDir, "output.jsonl"))).size).toBeLessThan(1_100_000)
  })

  test.runIf(works)("that takes memory is ended, wherever it takes it", async () => {
    expect((await attack("kept = [bytearray(b'x' * 1000000) for _ in range(100000)]")).end).toMatchObject({ limit: "memory" })
    const shared = await attack(`
import os
for i in range(2000):
    try: open(f"/dev/shm/{i}", "wb").write(b"x" * 1000000)
    except OSError as error:
        print("held at", i, error.strerror)
        break
`)
    expect(shared.end.phase === "exited" && (shared.end.limit === "memory" || shared.output[0]?.startsWith("held at"))).toBe(true)
  })

  test.runIf(works)("that takes disk is ended, also when it deletes what it holds open, and in /tmp", async () => {
    for (const folder of [".", "/tmp"]) {
      const { end } = await attack(`
import os, time
os.chdir(${JSON.stringify(folder)})
files = []
for i in range(200):
    file = open("part", "wb")
    file.write(bytes(2000000))
    file.flush()
    os.unlink("part")
    files.append(file)
    time.sleep(0.02)
time.sleep(600)
`)
      expect(end).toMatchObject({ phase: "exited", limit: "disk" })
    }
  })

  test.runIf(works)("leaves no daemon behind", async () => {
    const { handle, output } = await attack(`
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() > 0: os._exit(0)
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    os.closerange(0, 100)
    while True: time.sleep(1)
time.sleep(0.2)
print("gone")
`)
    expect(output).toEqual(["gone"])
    await expect.poll(() => processesIn(handle.workDir), { timeout: 10_000 }).toEqual([])
  })

  test.runIf(works)("cannot write the platform's word about it, nor make it follow a link", async () => {
    const { end, handle } = await attack(`
import os
for name in ("exit.json", "shim.json", "spawn.json", "output.jsonl"):
    try:
        open(os.path.join("..", name), "w").write('{"code": 0, "signal": null}')
        print("WROTE", name)
    except OSError as error: print("no", name, error.strerror)
for link in ("events.jsonl", "job.json"):
    os.symlink("/etc/shadow", link)
os.mkfifo("pipe")
raise SystemExit(9)
`)
    expect(end).toMatchObject({ code: 9 })
    expect((await readdir(handle.workDir)).sort()).not.toContain("exit.json.tmp")
    await executor.remove(handle)
    expect((await stat("/etc/shadow")).isFile()).toBe(true)
  })
})

/** Addresses of this machine itself. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .map((one) => one?.address ?? "")
    .filter((address) => address && !address.startsWith("fe80"))
}

/** Processes that still belong to a program, by their environment or the working folder of its sandbox. */
async function processesIn(workDir: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
  const seen = await Promise.all(
    pids.map(async (pid) => {
      const texts = await Promise.all(["environ", "cmdline"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")))
      return texts.join("\n")
    }),
  )
  return pids.filter((_, index) => seen[index]?.includes(workDir))
}
