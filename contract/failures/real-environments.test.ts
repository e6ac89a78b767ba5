import { expect, test } from "vitest"
import { classifyErrors } from "./classify-errors.ts"
import type { ErrorLink } from "./failure-row.ts"
import { fixFor } from "./fixes.ts"

// What published environments met that run elsewhere.

const link = (type: string, message: string, also: Partial<ErrorLink> = {}): ErrorLink => ({ type, message, ...also })
const wrapper = link("builtins.RuntimeError", "Failed to load environment 'x' with args {}")

test("the sentence of the code around a caught exception comes first, the cause beside it", () => {
  const told = classifyErrors(
    [wrapper, link("builtins.ValueError", "questions.json is empty: give config='full'"), link("json.JSONDecodeError", "Expecting value")],
    "load",
  )
  expect(told).toMatchObject({
    class: "environment_load",
    exception: "ValueError",
    message: "questions.json is empty: give config='full'\n(json.JSONDecodeError: Expecting value)",
  })
  // What only wraps says nothing.
  const bare = classifyErrors([wrapper, link("builtins.ZeroDivisionError", "division by zero")], "load")
  expect(bare).toMatchObject({ exception: "ZeroDivisionError", message: "division by zero" })
})

test.each<[string, ErrorLink[]]>([
  [
    "a module",
    [
      link("builtins.ModuleNotFoundError", "No module named 'verifiers.envs.experimental.rlm_env'", {
        module: "verifiers.envs.experimental.rlm_env",
      }),
    ],
  ],
  ["a name", [link("builtins.ImportError", "cannot import name 'x' from 'verifiers.types' (/a)")]],
  [
    "an attribute",
    [link("builtins.AttributeError", "module 'verifiers' has no attribute 'ToolRubric'"), link("builtins.KeyError", "'ToolRubric'")],
  ],
])("%s that this verifiers lacks is no missing package", (_, chain) => {
  const told = classifyErrors([wrapper, ...chain], "load")
  expect(told).toMatchObject({ class: "environment_dependency", explanation: expect.stringContaining("a part of verifiers") })
})

test("a folder that the wheel forgot is not to be installed from the index", () => {
  const told = classifyErrors([link("builtins.ModuleNotFoundError", "No module named 'src'", { module: "src" })], "load")
  expect(told.advice).toContain("include the folder")
})

test("a host that is not there is called that", () => {
  const told = classifyErrors([link("httpx.ProxyError", "502 There is no host huggingface.co")], "load")
  expect(told.explanation).toContain("a host that cannot be reached")
})

test("data that NLTK did not download is no mistake in the environment", () => {
  const message = "\n****\n  Resource 'words' not found.\n  Please use the NLTK Downloader to obtain the resource:\n"
  expect(classifyErrors([link("builtins.LookupError", message)], "load").advice).toContain("raw.githubusercontent.com")
})

test("a judge's refused key asks for another secret", () => {
  const told = classifyErrors([link("openai.AuthenticationError", "Error code: 401", { status: 401 })], "scoring")
  expect(told).toMatchObject({ class: "environment_scoring", explanation: expect.stringContaining("judge") })
  expect(fixFor(told, {})).toMatchObject({ focus: "custom_secrets" })
})

test("no more rollouts at a time are advised than there are", () => {
  const failed = { class: "inference_rate_limit", exception: null, message: null } as const
  expect(fixFor(failed, { num_examples: 2, rollouts_per_example: 2 })?.set).toEqual({ max_concurrent: 2 })
  expect(fixFor(failed, { num_examples: 1, rollouts_per_example: 1 })).toBeNull()
})
