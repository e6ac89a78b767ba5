import { describe, expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { hasBubblewrap } from "../../testing/isolation.ts"
import { logOf, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

const works = await hasBubblewrap("Instances of runs")
const sshPort = await freePort()
const engine = await testEngine((request) => `it is ${String(request.messages.at(-1)?.content).split(" ").at(-1)}`, {
  SSH_PORT: String(sshPort),
  INSTANCES_PER_USER: "2",
})

/** Makes an instance with the run's own token, adds a key, and enters with the system's own SSH client. */
const enters = `
import json, os, subprocess, time, urllib.request

def api(method, path, body=None):
    request = urllib.request.Request(os.environ["PRIME_API_BASE_URL"] + "/api/v1" + path, method=method)
    request.add_header("Authorization", "Bearer " + os.environ["PRIME_API_KEY"])
    request.add_header("Content-Type", "application/json")
    data = None if body is None else json.dumps(body).encode()
    try:
        return json.load(urllib.request.urlopen(request, data))
    except urllib.error.HTTPError as error:
        raise RuntimeError(json.load(error)["detail"]) from error

def enter(command):
    offer = api("GET", "/availability/gpus")["items"][0]
    pod = {"name": "of-the-run", "cloudId": offer["cloudId"], "gpuType": offer["gpuType"], "vcpus": 1, "memory": 1, "diskSize": 1}
    made = api("POST", "/pods", {"pod": pod})
    key = os.path.join(os.environ["HOME"], "instance-key")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    api("POST", "/ssh_keys/", {"name": "of the run", "publicKey": open(key + ".pub").read()})
    while made["status"] != "ACTIVE":
        time.sleep(0.2)
        made = api("GET", "/pods/" + made["id"])
    host, port = made["sshConnection"].split(" -p ")
    options = ["-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + key + ".known", "-o", "LogLevel=ERROR"]
    done = subprocess.run(["ssh", *options, "-p", port, host, command], capture_output=True, text=True)
    return done.stdout + done.stderr
`

async function launch(name: string, code: string, config: object): Promise<any> {
  const id = await engine.launch(await publishEnvironment(engine.platform(), name, code), config)
  return untilRun(engine.platform(), id)
}

describe.runIf(works)("an instance that a run makes", () => {
  test("is reached from inside the run, and ends with it", { timeout: 150_000 }, async () => {
    const run = await launch("enters", `${enters}${echoEnvironment({ load: "print(enter('echo inside $((40 + 2)); pwd'))" })}`, {
      allow_instances_access: true,
    })
    const log = await logOf(engine.platform(), run.evaluation_id)
    expect(run, log).toMatchObject({ status: "COMPLETED", refused_permissions: [] })
    expect(log).toContain("inside 42")
    const { call } = engine.platform()
    expect((await call("GET", "/pods")).body.data).toEqual([])
    expect((await call("GET", "/pods/history")).body.data).toMatchObject([
      { name: "of-the-run", endReason: "The run that made it has ended", evaluationId: run.evaluation_id },
    ])
    const { rows } = await engine.platform().database.pool.query("select * from ssh_keys")
    expect(rows).toEqual([])
  })

  test("is refused without the toggle, which the answer names", { timeout: 150_000 }, async () => {
    const run = await launch("refused", `${enters}${echoEnvironment({ load: "enter('true')" })}`, {})
    expect(run).toMatchObject({ status: "FAILED", refused_permissions: ["instances"], failure: { class: "missing_permission" } })
    expect(run.failure.message).toContain("This run may not use instances: it was started without Allow instances access.")
  })
})
