import { realpathSync } from "node:fs"
import path from "node:path"
import type { RemoteStart } from "../engine/remote/remote-attempts.ts"
import { workFiles } from "../sandbox/executor.ts"
import { sandboxPython } from "./sandbox.ts"

const megabyte = 1024 ** 2

/** Reports rollouts as the runner does, from one of them on, and prints a line for each; its clock is a day ahead. */
const program = `
import json, os, sys, time
events, first, last, pause = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
fd, seq = os.open(events, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), 0
def emit(kind, **body):
    global seq
    seq += 1
    data = json.dumps({"v": 1, "seq": seq, "ts": time.time() + 86400, "kind": kind, **body}).encode() + b"\\n"
    while data:
        data = data[os.write(fd, data):]
emit("run.started", total=last, remaining=last - first)
for number in range(first, last):
    row = {"reward": 1.0, "prompt": [{"role": "user", "content": f"question {number}"}],
           "completion": [{"role": "assistant", "content": os.urandom(200).hex()}]}
    emit("rollout.finished", example_id=str(number), index=0, row=row)
    print(f"row {number}", flush=True)
    time.sleep(pause)
emit("run.finished", metadata={})
`

/** An attempt that runs a Python text. @param given what it may reach, for example */
export const programOf = (text: string, given: Partial<RemoteStart["spec"]> = {}) => ({
  files: {},
  specOf: (workDir: string, id: string): RemoteStart["spec"] => specOf(workDir, id, [text], given),
})

const specOf = (workDir: string, id: string, argv: string[], given: Partial<RemoteStart["spec"]> = {}): RemoteStart["spec"] => ({
  id,
  workDir,
  // The one that every sandbox has.
  argv: [realpathSync(sandboxPython()), "-I", "-S", "-c", ...argv],
  env: { PATH: "/usr/bin:/bin", HOME: path.join(workDir, workFiles.home) },
  mounts: [],
  limits: { memoryBytes: 256 * megabyte, processes: 64, openFiles: 256, diskBytes: 64 * megabyte },
  network: "none",
  reach: [],
  outputBytesMax: 10 * megabyte,
  ...given,
})

/** An attempt that does the rollouts of a run from one of them on, each in so many seconds. */
export const rolloutsFrom = (first: number, total: number, seconds: number) => ({
  files: {},
  specOf: (workDir: string, id: string): RemoteStart["spec"] =>
    specOf(workDir, id, [program, path.join(workDir, workFiles.events), `${first}`, `${total}`, `${seconds}`]),
})
