import { readdir } from "node:fs/promises"
import path from "node:path"
import { expect, test } from "vitest"
import { failureWordings } from "../../../contract/index.ts"
import { publishFolder } from "../../seed.ts"
import { brokenEnvironments } from "../../testing/broken-environments.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { untilChecked } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { testApiKey } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"

const { platform } = await testEngine(() => "it is 0", { MAX_CONCURRENT_CHECKS: "1" })

test("the check of a published version reports its arguments, rewards and size", async () => {
  await publishFolder(platform(), path.join(platform().config.root, "environments/word_arithmetic"))
  const detail = await untilChecked(platform(), "word-arithmetic")
  expect(detail.action.status).toBe("SUCCESS")
  expect(detail.arguments.find((argument: any) => argument.name === "split")).toMatchObject({
    type: "string",
    choices: ["train", "eval"],
    required: false,
  })
  expect(detail.dataset_size).toBeGreaterThanOrEqual(200)
  expect(detail.rewards.length).toBeGreaterThanOrEqual(2)
  const { body: actions } = await platform().call("GET", "/environmentshub/local/word-arithmetic/actions")
  const { body: log } = await platform().call("GET", `/environmentshub/local/word-arithmetic/actions/${actions.data.actions[0].id}/logs`)
  expect(log.data.logs).toContain("The environment installs and loads")
  const { body: preview } = await platform().call("GET", "/environmentshub/local/word-arithmetic/@latest/examples?limit=3")
  expect(preview.data).toMatchObject({ kept: Math.min(detail.dataset_size, 500), dataset_size: detail.dataset_size })
  for (const example of preview.data.examples) {
    expect(example.prompt.at(-1)).toMatchObject({ role: "user", content: expect.stringMatching(/\w/) })
    expect(example.answer).toMatch(/\w/)
  }
}, 90_000)

test("defaults are told as they are written in Python, names in their order", async () => {
  const options = '{"reasoning":1.0,"10":9223372036854775807,"9":{"z":1,"a":1e-7}}'
  const load = `import verifiers as vf
from datasets import Dataset

def load_environment(seed: int = 9223372036854775807, rate: float = 1.0, options: dict = ${options}) -> vf.Environment:
    data = Dataset.from_list([{"question": "q", "answer": "a"}])
    return vf.SingleTurnEnv(eval_dataset=data, rubric=vf.Rubric(funcs=[lambda completion: 1.0]))
`
  await publishEnvironment(platform(), "declared", load)
  await untilChecked(platform(), "declared")
  const asked = new Request("http://platform.test/api/v1/environmentshub/local/declared/@latest", {
    headers: { authorization: `Bearer ${testApiKey}` },
  })
  const text = await (await platform().fetch(asked, null)).text()
  const defaults = [...text.matchAll(/"default":(.*?),"choices"/g)].map(([, value]) => value)
  expect(defaults).toEqual(["9223372036854775807", "1.0", options])
}, 120_000)

test("a check that another worker has by now writes nothing more, and its process is ended", async () => {
  const { config, database } = platform()
  const query = async (text: string, values: unknown[]) => (await database.pool.query(text, values)).rows
  const environment = await publishEnvironment(platform(), "slow-load", echoEnvironment({ load: "time.sleep(3)" }))
  const folders = () => readdir(path.join(config.dataDir, "runs")).catch(() => [] as string[])
  const [check] = await until("the check has a process", async () => {
    const rows = await query("select id from environment_actions where environment_id = $1", [environment])
    return (await folders()).includes(`check-${rows[0]?.id}-1`) && rows
  })
  const taken = "update environment_actions set lease_owner = 'other', lease_until = now() + interval '1 hour', attempt = 2 where id = $1"
  const logged = async () =>
    (await query("select coalesce(sum(line_count), 0)::int as lines from log_chunks where owner_id = $1", [check.id]))[0].lines
  await query(taken, [check.id])
  const before = await logged()
  await until("its folder is gone", async () => !(await folders()).includes(`check-${check.id}-1`))
  const [row] = await query("select status, lease_owner, attempt, error from environment_actions where id = $1", [check.id])
  expect(row).toEqual({ status: "RUNNING", lease_owner: "other", attempt: 2, error: null })
  expect(await logged()).toBe(before)
  const [version] = await query("select rewards from environment_versions where environment_id = $1", [environment])
  expect(version.rewards).toBeNull()
}, 90_000)

test("an environment that fails to load tells the arguments that it takes, and what it runs on", async () => {
  await publishEnvironment(platform(), "needs-a-key", echoEnvironment({ load: 'os.environ["JUDGE_KEY"]' }))
  const detail = await untilChecked(platform(), "needs-a-key")
  expect(detail.action.status).toBe("FAILED")
  expect(detail.arguments.map((argument: any) => argument.name)).toEqual(["greeting", "examples"])
  expect(detail.library).toMatchObject({ verifiers: "0.3.1", why: "it has load_environment, which is verifiers v0" })
}, 120_000)

test("a check that fails says what to do about it, as a failed run does", async () => {
  await publishEnvironment(platform(), "broken-module", brokenEnvironments.module)
  expect((await untilChecked(platform(), "broken-module")).action.status).toBe("FAILED")
  const { body } = await platform().call("GET", "/environmentshub/local/broken-module/actions")
  const [happened, explained] = body.data.actions[0].error.split("\n")
  expect(happened).toContain("a_package_that_nobody_installed")
  const { explanation, advice } = failureWordings.environment_dependency
  expect(explained).toBe(`${explanation} ${advice}`)
}, 120_000)
