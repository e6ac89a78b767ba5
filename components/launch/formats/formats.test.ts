import { execFileSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import { type Evaluation, parseExact, type RunFieldKey, runFields, stringifyExact } from "@/contract/index.ts"
import { replaceVariables } from "@/lib/run-config/shell-text.ts"
import { type WritableRun, writableRun } from "@/lib/run-config/writable-run.ts"
import { writeCommand } from "@/lib/run-config/write-command.ts"
import { writeCurl } from "@/lib/run-config/write-curl.ts"
import { writeToml } from "@/lib/run-config/write-toml.ts"
import { parseText } from "../field-text.ts"
import { type LaunchValues, launchFields } from "../launch-schema.ts"
import type { LaunchTarget } from "../launch-target.ts"
import { emptyValues, toRequest, valuesFromText, withoutSecretValues } from "../launch-values.ts"
import { sampleValue } from "../sample-value.ts"
import { namesTarget, type ReadRun } from "./read-run.ts"
import { readText } from "./read-text.ts"
import { readShell } from "./shell-words.ts"

const target: LaunchTarget = {
  id: "env1",
  name: "word-arithmetic",
  owner: { name: "local", type: "user" },
  arguments: [{ name: "level", type: "string", annotation: null, required: false, default: "easy", choices: null, description: null }],
  dataset_size: 240,
  eval_defaults: null,
}
const slug = "local/word-arithmetic"

const empty = emptyValues(target)
const nasty = `it's "$HOME" \`id\` \\ \n--x; 字 #`
const withArgs = (json: string): LaunchValues["env_args"] => ({
  view: "form",
  fields: { level: "easy" },
  extras: parseExact(json, "written") as Record<string, unknown>,
  json,
})
/** The values that controls make of typed texts. */
const typed = (key: RunFieldKey, ...texts: string[]) => texts.map((text) => parseText(runFields[key].kind, text))

/** Fields with values that are hard to write or to read. */
const hard: { [Field in keyof LaunchValues]?: unknown[] } = {
  name: ["my run", nasty.trim(), "-starts with a dash"],
  num_examples: [50, -1],
  env_args: [
    { ...empty.env_args, fields: { level: nasty }, json: JSON.stringify({ level: nasty }, null, 2) },
    withArgs(JSON.stringify({ other: { deep: [1, "x", true, { y: 2.5 }] } }, null, 2)),
    withArgs(
      JSON.stringify({ size: 2, config: { agent: { max_turns: 4 }, taskset: { id: "a/b" }, harness: { id: "bash", x: [1] } } }, null, 2),
    ),
    withArgs(JSON.stringify({ config: { taskset: { rows: 2 }, harness: "bash" } }, null, 2)),
    withArgs(stringifyExact(parseExact('{"seed":9223372036854775807,"rate":1.0,"tiny":1e-7,"list":[-1.0,3]}', "written"), 2)),
  ],
  temperature: [0.7, 0],
  sampling_args: typed("sampling_args", '{"top_p": 0.9, "stop": ["it\'s"]}'),
  max_retries: [0],
  state_columns: typed("state_columns", "turns, tool_calls", "-odd"),
  extra_env_kwargs: typed("extra_env_kwargs", '{"max_turns": 3}'),
  api_base_url: ["https://models.example/v1?a=b&c=d"],
  api_key_var: ["MY_KEY"],
  api_client_type: ["openai_completions"],
  headers: typed("headers", "X-Team: a\nX-Run: b:c 'd' \"e\" $F"),
  custom_secrets: [
    [
      { name: "MY_KEY", value: `s3"c'r$t\\` },
      { name: "OTHER", value: "x" },
    ],
  ],
}

/** Every field that the CLI knows, each with something that is not its default. Sandbox and tunnels are on, as in every command. */
const changed: Record<string, unknown[]> = Object.fromEntries(
  launchFields.map((field) => [field.key, hard[field.key] ?? (field.cli ? [sampleValue(field)] : [empty[field.key]])]),
)
const all = Object.fromEntries(Object.entries(changed).map(([field, [value]]) => [field, value])) as unknown as LaunchValues
const forms: [string, LaunchValues][] = [
  ...Object.entries(changed).flatMap(([field, values]) =>
    values.map((value): [string, LaunchValues] => [
      field,
      { ...empty, allow_sandbox_access: true, allow_tunnel_access: true, [field]: value },
    ]),
  ),
  ["everything", all],
]

const written = (values: LaunchValues): WritableRun => ({
  environment: slug,
  request: toRequest(values, target, "openai/gpt-4.1-mini"),
})
const readOne = (text: string): ReadRun => {
  const reading = readText(text)
  if (!reading.ok) throw new Error(reading.message)
  expect(reading.runs).toHaveLength(1)
  return reading.runs[0] as ReadRun
}
/** What bash makes of a command, as the arguments that the program would get. */
const bash = (command: string, env: Record<string, string> = {}): string[] =>
  execFileSync("bash", ["-c", `show() { printf '%s\\0' "$@"; }; ${command.replace(/^(prime|curl)/, "show")}`], {
    env: { ...process.env, ...env },
    encoding: "utf8",
  })
    .split("\0")
    .slice(0, -1)

test("form, command, TOML and curl have the names of arguments in the order in which they were written", () => {
  const args = '{"options":{"reasoning":1.0,"10":{"7":true,"2":[{"1":0,"0":1}]},"9":"x"}}'
  const values = { ...empty, env_args: withArgs(args) }
  for (const text of [writeCommand(written(values)), writeToml(written(values)), writeCurl(written(values), "https://evals.example")]) {
    expect(text).not.toContain("\uE000")
    const back = valuesFromText(readOne(text), target)
    expect(stringifyExact(toRequest(back, target, "m").eval_config.env_args)).toBe(args)
    expect(stringifyExact(parseExact(back.env_args.json, "written"))).toBe(args)
  }
})

describe("a command", () => {
  test.each(forms)("comes back whole: %s", (_, values) => {
    const command = writeCommand(written(values))
    const run = readOne(command)
    expect(run.notes).toEqual([])
    expect(run.model).toBe("openai/gpt-4.1-mini")
    expect(run.environment).toBe(slug)
    const back = valuesFromText(run, target)
    expect(writeCommand(written(back))).toBe(command)
    expect(toRequest(back, target, "m")).toEqual(toRequest(withoutSecretValues(values), target, "m"))
  })

  test("means the same to bash as to this reader, whatever it contains", () => {
    const command = writeCommand(written(all))
    const shell = readShell(command)
    const fill = (text: string) => replaceVariables(text, (name) => `<${name}>`)
    expect(shell.ok && shell.commands.map((words) => words.map(fill))).toEqual([
      ["prime", ...bash(command, { MY_KEY: "<MY_KEY>", OTHER: "<OTHER>" })],
    ])
  })

  test("says what only a request can say", () => {
    const ending = written({ ...all, on_rollout_exception: "abort" })
    expect(writeCommand(ending)).toBe(writeCommand(written(all)))
    expect(writeToml(ending)).toContain("# Left out, because the CLI does not know it: on_rollout_exception")
    expect(readOne(writeToml(ending)).config.on_rollout_exception).toBeUndefined()
    expect(valuesFromText(readOne(writeCurl(ending, "https://evals.example")), target).on_rollout_exception).toBe("abort")
    const budget = written({ ...all, max_cost_usd: 2.5, max_total_tokens: 100_000 })
    expect(writeCommand(budget)).toBe(writeCommand(written(all)))
    expect(writeToml(budget)).toContain("# Left out, because the CLI does not know it: max_total_tokens")
    expect(valuesFromText(readOne(writeCurl(budget, "https://evals.example")), target)).toMatchObject({
      max_cost_usd: 2.5,
      max_total_tokens: 100_000,
    })
  })

  test("never holds the value of a secret", () => {
    for (const text of [writeCommand(written(all)), writeToml(written(all)), writeCurl(written(all), "https://evals.example")]) {
      expect(text).not.toContain("s3")
      expect(text).toContain("$MY_KEY")
    }
  })

  test("long flags, joined flags, prompts and comments are read", () => {
    const run = readOne(
      `# my run\n$ PRIME_TEAM_ID=x uv run prime eval acme/sum@0.1.0 --hosted --follow --model=m/x -n5 --rollouts-per-example 2 -vi -T 0.5 -t 64 --env-args '{"a": 1}'`,
    )
    expect(run).toEqual({
      environment: "acme/sum@0.1.0",
      model: "m/x",
      name: null,
      notes: [],
      config: {
        num_examples: 5,
        rollouts_per_example: 2,
        allow_sandbox_access: true,
        allow_tunnel_access: true,
        verbose: true,
        independent_scoring: true,
        env_args: { a: 1 },
        sampling_args: { temperature: 0.5, max_tokens: 64 },
      },
    })
  })

  test("what it does not say is what the CLI would send", () => {
    expect(readOne("prime eval run sum --hosted").config).toEqual({
      num_examples: 5,
      rollouts_per_example: 3,
      allow_sandbox_access: true,
      allow_tunnel_access: true,
    })
  })

  test("what cannot be used is reported", () => {
    const run = readOne("prime eval run acme/sum -n many -s --num-workers 4 -a '{x}' -m \"$MODEL\" extra")
    expect(run.environment).toBe("acme/sum")
    expect(run.notes).toEqual([
      "--num-examples: “many” is not a whole number.",
      "-s has no meaning for a hosted run here and was left out.",
      "--num-workers has no meaning for a hosted run here and was left out.",
      expect.stringMatching(/^--env-args: Line 1/),
      "--model: $MODEL is a variable of your shell, whose value is not in the text.",
      "“extra”: not understood, and left out.",
    ])
  })

  test("values of secrets are taken when they are in the text, and left open when the shell knows them", () => {
    const run = readOne(`prime eval run sum --custom-secrets '{"A": "one", "B": "'"$B"'"}'`)
    expect(valuesFromText(run, target).custom_secrets).toEqual([
      { name: "A", value: "one" },
      { name: "B", value: "" },
    ])
  })

  test.each([
    ["", /nothing to read/],
    ["prime eval run 'oops", /never closed/],
    ["prime eval run conf/a.toml --hosted", /Paste the text of that file/],
    ["prime env list", /No `prime eval run/],
    ["hello there", /neither .* line 1, column \d+/],
    ["[[ablation]]\nmodel = 'x'", /needs a table \[ablation.sweep\]/],
    [
      `[[ablation]]\n[ablation.sweep]\nmax_tokens = [${"1,".repeat(30)}]\nmax_retries = [${"1,".repeat(30)}]`,
      /900 runs, more than the 500/,
    ],
    ["title = 'x'", /no \[\[eval\]\] table/],
  ])("%j is refused with a sentence", (text, message) => {
    const reading = readText(text)
    expect(!reading.ok && reading.message).toMatch(message)
  })

  test("several commands are several runs", () => {
    const reading = readText("prime eval run a/b --hosted -m x \\\n  -n 1\nprime eval run a/c --hosted -m y && echo done")
    expect(reading.ok && reading.runs.map(({ environment, model }) => [environment, model])).toEqual([
      ["a/b", "x"],
      ["a/c", "y"],
    ])
  })
})

describe("TOML", () => {
  const withoutSecrets = forms
    .filter(([field]) => field !== "custom_secrets")
    .map(([field, values]): [string, LaunchValues] => [field, { ...values, custom_secrets: [] }])
  const off: [string, LaunchValues][] = [["access off", empty]]

  test.each([...withoutSecrets, ...off])("comes back whole: %s", (_, values) => {
    const toml = writeToml(written(values))
    const run = readOne(toml)
    expect(run.notes).toEqual([])
    expect(run.environment).toBe(slug)
    const back = valuesFromText(run, target)
    expect(writeToml(written(back))).toBe(toml)
    expect(toRequest(back, target, "m")).toEqual(toRequest(values, target, "m"))
  })

  test("has only keys that the CLI allows in a file, and says how secrets are given", () => {
    const toml = writeToml(written(all))
    expect(toml).toMatch(/^\[\[eval\]\]$/m)
    expect(toml).not.toMatch(/^custom_secrets|^headers/m)
    expect(toml).toContain(`--custom-secrets '{"MY_KEY": "'"$MY_KEY"'", "OTHER": "'"$OTHER"'"}'`)
  })

  test("null cannot be written and is named", () => {
    const run = written(empty)
    const toml = writeToml({
      ...run,
      request: { ...run.request, eval_config: { ...run.request.eval_config, env_args: { a: null, b: [1, null], c: 1 } } },
    })
    expect(toml).toContain("# Left out, because TOML has no null: env_args.a, env_args.b[]")
    expect(readOne(toml).config.env_args).toEqual({ b: [1], c: 1 })
  })

  test("shared settings, several tables, other names of the same thing", () => {
    const reading = readText(`
model = "m/shared"
num_examples = 7
shuffle = true

[[eval]]
env_id = "a/b"

[[eval]]
id = "a/c"
model = "m/own"
rollouts_per_example = "2"
[eval.args]
level = 3
[eval.sampling]
temperature = 0.1
[eval.headers]
X-A = "1"
`)
    expect(reading.ok && reading.runs).toEqual([
      {
        environment: "a/b",
        model: "m/shared",
        name: null,
        config: { num_examples: 7, rollouts_per_example: 3, allow_sandbox_access: true, allow_tunnel_access: true },
        notes: ["shuffle has no meaning for a hosted run here and was left out."],
      },
      {
        environment: "a/c",
        model: "m/own",
        name: null,
        config: {
          num_examples: 7,
          rollouts_per_example: 3,
          allow_sandbox_access: true,
          allow_tunnel_access: true,
          env_args: { level: 3 },
          sampling_args: { temperature: 0.1 },
          headers: ["X-A: 1"],
        },
        notes: [
          "shuffle has no meaning for a hosted run here and was left out.",
          "rollouts_per_example is not a whole number and was left out.",
        ],
      },
    ])
  })
})

describe("curl", () => {
  test.each(forms)("comes back whole: %s", (_, values) => {
    const run = readOne(writeCurl(written(values), "https://evals.example"))
    const back = valuesFromText(run, target)
    expect(toRequest(back, target, "m")).toEqual(toRequest(withoutSecretValues(values), target, "m"))
    expect(run.environment).toBe("env1")
  })

  test("sends the request, with the shell's key and secrets", () => {
    const words = bash(writeCurl(written(all), "https://evals.example"), { PRIME_API_KEY: "k", MY_KEY: "one", OTHER: "two" })
    expect(words.slice(0, 3)).toEqual(["https://evals.example/api/v1/hosted-evaluations", "-H", "Authorization: Bearer k"])
    const request = toRequest(all, target, "openai/gpt-4.1-mini")
    expect(JSON.parse(words.at(-1) ?? "")).toEqual(
      JSON.parse(JSON.stringify({ ...request, eval_config: { ...request.eval_config, custom_secrets: { MY_KEY: "one", OTHER: "two" } } })),
    )
  })
})

test("an environment is named by slug, name or id", () => {
  for (const one of [null, slug, "Local/word-arithmetic@0.1.0", "word-arithmetic", "env1"]) expect(namesTarget(one, target)).toBe(true)
  expect(namesTarget("local/other", target)).toBe(false)
})

test("only a hosted run can be written", () => {
  const run = {
    is_hosted: true,
    environment: { owner: "a", name: "b" },
    environment_ids: ["e"],
    inference_model: "m",
    name: "n",
    eval_config: { num_examples: 1, rollouts_per_example: 1 },
  }
  expect(writableRun(run as unknown as Evaluation)?.environment).toBe("a/b")
  expect(writableRun({ ...run, is_hosted: false } as unknown as Evaluation)).toBeNull()
})
