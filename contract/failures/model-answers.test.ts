import { expect, test } from "vitest"
import { classifyErrors } from "./classify-errors.ts"
import type { ErrorLink } from "./failure-row.ts"
import { fixFor } from "./fixes.ts"

const silent: ErrorLink = { type: "verifiers.legacy.errors.ModelError", message: "ModelError()" }
const pydantic = (message: string): ErrorLink => ({
  type: "pydantic_core._pydantic_core.ValidationError",
  message: `1 validation error for ChatCompletion\n${message}\n    For further information visit https://errors.pydantic.dev/2.13/v/x`,
})
const invalid = (why: string, answer: string) =>
  pydantic(`  Invalid JSON: ${why} [type=json_invalid, input_value=b'${answer}', input_type=bytes]`)
const v1 = (message: string): ErrorLink => ({ type: "ProviderError", message: `malformed upstream response: ${message}`, status: 502 })

test.each<[string, ErrorLink[], RegExp, RegExp?]>([
  ["a web page", [silent, invalid("expected value at line 1 column 1", "<html><body>Welcome")], /a web page/, /base URL right/],
  [
    "a redirect",
    [silent, { type: "openai.APIStatusError", message: "Error code: 302 (to /login)", status: 302 }],
    /redirect/,
    /base URL right/,
  ],
  [
    "no such address",
    [silent, { type: "openai.NotFoundError", message: "<html>404</html>", status: 404 }],
    /nothing at this address/,
    /base URL/,
  ],
  ["cut JSON", [silent, invalid("EOF while parsing a string at line 1 column 27", '{"id":"x","choices":[{"mess')], /ended in the middle/],
  ["no JSON", [silent, invalid("expected ident at line 1 column 2", "not json at all")], /no JSON/, /base URL right/],
  ["null choices", [silent, pydantic("choices\n  Input should be a valid array [type=list_type, input_value=None]")], /no choices/],
  ["no finish_reason", [silent, pydantic("choices.0.finish_reason\n  Input should be 'stop' or 'length'")], /no finish_reason/],
  ["list content", [silent, pydantic("choices.0.message.content\n  Input should be a valid string [input_type=list]")], /a list of parts/],
  [
    "a number",
    [silent, pydantic("choices.0.message.content\n  Input should be a valid string [input_value=42, input_type=int]")],
    /is no text/,
  ],
  ["another shape", [silent, pydantic("id\n  Field required [type=missing, input_value={'output': 1}]")], /not one of a chat completion/],
  ["v1: a page or text", [v1("ValueError: expected value at line 1 column 1")], /no JSON/, /base URL right/],
  ["v1: cut", [v1("ValueError: EOF while parsing a string at line 1 column 27")], /ended in the middle/],
  [
    "v1: an error",
    [v1("ValidationError: 5 errors\nid\n  Field required [type=missing, input_value={'error': {'message': 'Pr")],
    /with an error/,
  ],
  ["v1: null choices", [v1("ValidationError: 1 validation error\nchoices\n  Input should be a valid list")], /no choices/],
])("%s has a sentence of its own", (_, chain, explanation, advice) => {
  const found = classifyErrors(chain, "rollout")
  expect(found.class).toBe("inference_response")
  expect(found.explanation).toMatch(explanation)
  expect(found.advice).not.toMatch(/max tokens/)
  if (advice) expect(found.advice).toMatch(advice)
  expect(found.message).not.toMatch(/^ModelError|errors\.pydantic\.dev/)
  expect(fixFor(found, { sampling_args: { max_tokens: 10 } })).toBeNull()
})

test("a provider's own error decides, whatever status it came with", () => {
  const inside = (message: string, status: number | null): ErrorLink[] => [
    silent,
    pydantic("id\n  Field required [type=missing, input_value={'error': {'me]"),
    { type: "ProviderError", message, status },
  ]
  expect(classifyErrors(inside("Provider returned error", 502), "rollout")).toMatchObject({
    class: "inference_unavailable",
    message: "Provider returned error",
  })
  expect(classifyErrors(inside("slow down", 429), "rollout")).toMatchObject({ class: "inference_rate_limit", message: "slow down" })
  expect(classifyErrors(inside("out of luck", null), "rollout")).toMatchObject({ class: "inference_response", message: "out of luck" })
})

test("a server in front of the model answers with a page", () => {
  const found = classifyErrors([silent, { type: "openai.InternalServerError", message: "<html>502</html>", status: 502 }], "rollout")
  expect(found).toMatchObject({ class: "inference_unavailable", message: "<html>502</html>" })
  expect(found.explanation).toMatch(/status 502 and a web page/)
})

test("what an exception without words was caused by is what people read", () => {
  const found = classifyErrors([silent, { type: "builtins.ValueError", message: "strange header" }], "rollout")
  expect(found).toMatchObject({ class: "inference_response", exception: "ValueError", message: "strange header" })
  expect(classifyErrors([silent], "rollout")).toMatchObject({ message: "ModelError()" })
})
