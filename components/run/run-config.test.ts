import { expect, test } from "vitest"
import { configEntries, configText } from "./run-config.tsx"

test("secrets are named and header values are hidden, whatever was sent", () => {
  expect(configText("custom_secrets", { API_KEY: "hunter2", OTHER: "x" })).toBe("$API_KEY, $OTHER")
  expect(configText("custom_secrets", ["API_KEY"])).toBe("$API_KEY")
  expect(configText("headers", ["Authorization: Bearer hunter2"])).toBe("Authorization: …")
})

test("the harnesses of a verifiers v1 run are listed, with those they replace", () => {
  const seat = (agent: string, harness: string, instead_of: string | null) => ({ agent, harness, instead_of })
  expect(
    configText("harnesses", [seat("solver", "platform-chat", "bash"), seat("user", "platform-chat", "null"), seat("judge", "own", null)]),
  ).toBe("solver: platform-chat, chat only, instead of v1's default bash\nuser: platform-chat, instead of null\njudge: own")
})

test("entries are in the order of the form, and unset ones are left out", () => {
  const entries = configEntries({
    zzz: 1,
    env_args: { a: 1 },
    num_examples: -1,
    sampling_args: {},
    verbose: false,
    state_columns: [],
    api_base_url: null,
  })
  expect(entries.map((entry) => [entry.label, entry.text])).toEqual([
    ["Number of examples", "all"],
    ["Environment arguments", '{\n  "a": 1\n}'],
    ["Verbose log", "no"],
    ["zzz", "1"],
  ])
})
