import { expect, test } from "vitest"
import { recordHostHeartbeat } from "../../store/sandboxes/sandbox-hosts.ts"
import { testPlatform } from "../../testing/test-platform.ts"

const platform = testPlatform({ INSTANCES_PER_USER: "0" })

test("where the operator has switched instances off, whoever asks for one is told so, and what there was can still be read", async () => {
  const { call, services } = platform()
  const host = { worker: "w", executor: "bubblewrap", gatewayUrl: "http://worker.test", refusal: null, sshAddress: "evals.test:2222" }
  await recordHostHeartbeat(services.db, host)
  const off = { status: 501, body: { detail: "The operator of this platform has switched instances off (INSTANCES_PER_USER is 0)" } }
  for (const list of ["gpus", "multi-node", "disks", "gpu-summary"])
    expect(await call("GET", `/availability/${list}`), list).toMatchObject(off)
  expect(await call("POST", "/pods", { pod: { cloudId: "local-sandbox", gpuType: "CPU_NODE" } })).toMatchObject(off)
  for (const list of ["/pods", "/pods/history"])
    expect(await call("GET", list)).toMatchObject({ status: 200, body: { total_count: 0, data: [] } })
  expect(await call("GET", "/pods/none")).toMatchObject({ status: 404 })
  expect(await call("GET", "/pods/status?pod_ids=none")).toMatchObject({ status: 200, body: { data: [] } })
})

test("what is wrong with a request is named with its field and limit", async () => {
  const { call } = platform()
  const errors = async (method: string, path: string, body?: object) => {
    const { status, body: answer } = await call(method, path, body)
    return [status, ...answer.errors.map(({ param }: { param: string }) => param)]
  }
  const pod = { cloudId: "local-sandbox", gpuType: "CPU_NODE" }
  expect(await errors("POST", "/pods", { pod: { ...pod, name: "a[b]", vcpus: 0, hours: -1 } })).toEqual([
    422,
    "pod.name",
    "pod.vcpus",
    "pod.hours",
  ])
  expect(await errors("POST", "/pods", { pod: { ...pod, envVars: [{ key: "A B", value: "" }] } })).toEqual([422, "pod.envVars.0.key"])
  expect(await errors("GET", "/pods/status")).toEqual([422, "pod_ids"])
  expect(await errors("GET", "/pods?limit=0")).toEqual([422, "limit"])
  expect(await errors("POST", "/ssh_keys/", { name: "", publicKey: "x" })).toEqual([422, "name"])
})
