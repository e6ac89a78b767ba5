import path from "node:path"
import { expect, test } from "vitest"
import { publishFolder } from "../../seed.ts"
import { untilChecked } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

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
}, 90_000)
