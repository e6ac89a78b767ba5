import { expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { logOf, untilChecked, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

const { platform, launch } = await testEngine(() => "it is 0", { MAX_CONCURRENT_CHECKS: "1" })

/** Stands for a library that fetches a data set and finds it again. */
const load = `
    folder = os.path.expanduser("~/.cache/huggingface/hub/datasets--a--b")
    os.makedirs(folder, exist_ok=True)
    file = os.path.join(folder, "data")
    print("kept" if os.path.exists(file) else "fetched", os.environ.get("NLTK_ALLOW_PROXIED_URLOPEN"))
    open(os.path.join(folder, "data.new"), "w").write("x" * 100_000)
    os.replace(os.path.join(folder, "data.new"), file)
`

test("what the check of an environment fetched is there when it runs", async () => {
  const environment = await publishEnvironment(platform(), "fetches", echoEnvironment({ load }))
  const { action } = await untilChecked(platform(), "fetches")
  expect(action.status).toBe("SUCCESS")
  const { body } = await platform().call("GET", `/environmentshub/local/fetches/actions/${action.id}/logs`)
  expect(body.data.logs).toMatch(/^.*fetched 1$/m)
  const run = await untilRun(platform(), await launch(environment))
  expect(run.status).toBe("COMPLETED")
  const log = await logOf(platform(), run.evaluation_id)
  expect(log).toMatch(/^kept 1$/m)
  expect(log).toContain("verifiers 0.3.1 on Python")
}, 120_000)
