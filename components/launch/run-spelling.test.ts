import { execFileSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import type { Evaluation } from "@/contract/index.ts"
import { emptyDraft, type LaunchDraft, type LaunchTarget, toRequest, withoutSecretValues } from "./launch-config.ts"
import { draftFromRead, fromText, namesTarget, ofRun, type ReadRun, type Spellable, toCommand, toCurl, toToml } from "./run-spelling.ts"
import { readShell } from "./run-spelling-shell.ts"

const target: LaunchTarget = {
  id: "env1",
  name: "word-arithmetic",
  owner: { name: "local", type: "user" },
  arguments: [{ name: "level", type: "string", annotation: null, required: false, default: "easy", choices: null, description: null }],
  dataset_size: 240,
  eval_defaults: null,
}
const slug = "local/word-arithmetic"

const empty = emptyDraft(target)
const nasty = `it's "$HOME" \`id\` \\ \n--x; 字 #`
const withArgs = (json: string): LaunchDraft["args"] => ({ view: "form", fields: { level: "easy" }, extras: JSON.parse(json), json })

/** Every field of the draft, each with something that is not its default. Sandbox and tunnels are on, as in every command. */
const changed: { [Field in keyof LaunchDraft]: LaunchDraft[Field][] } = {
  name: ["my run", nasty.trim(), "-starts with a dash"],
  numExamples: ["50", "-1"],
  rolloutsPerExample: ["4"],
  args: [
    { ...empty.args, fields: { level: nasty }, json: JSON.stringify({ level: nasty }, null, 2) },
    withArgs(JSON.stringify({ other: { deep: [1, "x", true, { y: 2.5 }] } }, null, 2)),
  ],
  temperature: ["0.7", "0"],
  maxTokens: ["512"],
  samplingJson: [JSON.stringify({ top_p: 0.9, stop: ["it's"] }, null, 2)],
  allowSandboxAccess: [true],
  allowInstancesAccess: [true],
  allowTunnelAccess: [true],
  timeoutMinutes: ["150"],
  maxConcurrent: ["8"],
  maxRetries: ["0"],
  // The CLI has no words for these two: see the test of budgets.
  maxCostUsd: [""],
  maxTotalTokens: [""],
  independentScoring: [true],
  verbose: [true],
  stateColumns: ["turns, tool_calls", "-odd"],
  extraEnvKwargs: [JSON.stringify({ max_turns: 3 }, null, 2)],
  apiBaseUrl: ["https://models.example/v1?a=b&c=d"],
  apiKeyVar: ["MY_KEY"],
  apiClientType: ["openai_completions"],
  headers: ["X-Team: a\nX-Run: b:c 'd' \"e\" $F"],
  // The CLI cannot say anything else.
  onRolloutException: ["record"],
  secrets: [
    [
      { id: 0, name: "MY_KEY", value: `s3"c'r$t\\` },
      { id: 1, name: "OTHER", value: "x" },
    ],
  ],
}
const all = Object.fromEntries(Object.entries(changed).map(([field, [value]]) => [field, value])) as unknown as LaunchDraft
const drafts: [string, LaunchDraft][] = [
  ...Object.entries(changed).flatMap(([field, values]) =>
    values.map((value): [string, LaunchDraft] => [field, { ...empty, allowSandboxAccess: true, allowTunnelAccess: true, [field]: value }]),
  ),
  ["everything", all],
]

const spell = (draft: LaunchDraft): Spellable => ({ environment: slug, request: toRequest(draft, target, "openai/gpt-4.1-mini") })
const readOne = (text: string): ReadRun => {
  const reading = fromText(text)
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

describe("a command", () => {
  test.each(drafts)("comes back whole: %s", (_, draft) => {
    const command = toCommand(spell(draft))
    const run = readOne(command)
    expect(run.notes).toEqual([])
    expect(run.model).toBe("openai/gpt-4.1-mini")
    expect(run.environment).toBe(slug)
    const back = draftFromRead(run, target)
    expect(toCommand(spell(back))).toBe(command)
    expect(toRequest(back, target, "m")).toEqual(toRequest(withoutSecretValues(draft), target, "m"))
  })

  test("means the same to bash as to this reader, whatever stands in it", () => {
    const command = toCommand(spell(all))
    const shell = readShell(command)
    const fill = (text: string) => text.replace(/\u{e000}(\w+)\u{e001}/gu, (_, name: string) => `<${name}>`)
    expect(shell.ok && shell.commands.map((words) => words.map(({ text }) => fill(text)))).toEqual([
      ["prime", ...bash(command, { MY_KEY: "<MY_KEY>", OTHER: "<OTHER>" })],
    ])
  })

  test("says what only a request can say", () => {
    const ending = spell({ ...all, onRolloutException: "abort" })
    expect(toCommand(ending)).toBe(toCommand(spell(all)))
    expect(toToml(ending)).toContain("# Left out, because the CLI does not know it: on_rollout_exception")
    expect(readOne(toToml(ending)).config.on_rollout_exception).toBeUndefined()
    expect(draftFromRead(readOne(toCurl(ending, "https://evals.example")), target).onRolloutException).toBe("abort")
    const budget = spell({ ...all, maxCostUsd: "2.5", maxTotalTokens: "100000" })
    expect(toCommand(budget)).toBe(toCommand(spell(all)))
    expect(toToml(budget)).toContain("# Left out, because the CLI does not know it: max_total_tokens")
    expect(draftFromRead(readOne(toCurl(budget, "https://evals.example")), target)).toMatchObject({
      maxCostUsd: "2.5",
      maxTotalTokens: "100000",
    })
  })

  test("never holds the value of a secret", () => {
    for (const text of [toCommand(spell(all)), toToml(spell(all)), toCurl(spell(all), "https://evals.example")]) {
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

  test("what cannot be used is said", () => {
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
    expect(draftFromRead(run, target).secrets).toEqual([
      { id: 0, name: "A", value: "one" },
      { id: 1, name: "B", value: "" },
    ])
  })

  test.each([
    ["", /nothing to read/],
    ["prime eval run 'oops", /never closed/],
    ["prime eval run conf/a.toml --hosted", /Paste the text of that file/],
    ["prime env list", /No `prime eval run/],
    ["hello there", /neither .* line 1, column \d+/],
    ["[[ablation]]\nmodel = 'x'", /sweeps cannot be read/],
    ["title = 'x'", /no \[\[eval\]\] table/],
  ])("%j is refused with a sentence", (text, message) => {
    const reading = fromText(text)
    expect(!reading.ok && reading.message).toMatch(message)
  })

  test("several commands are several runs", () => {
    const reading = fromText("prime eval run a/b --hosted -m x \\\n  -n 1\nprime eval run a/c --hosted -m y && echo done")
    expect(reading.ok && reading.runs.map(({ environment, model }) => [environment, model])).toEqual([
      ["a/b", "x"],
      ["a/c", "y"],
    ])
  })
})

describe("TOML", () => {
  const withoutSecrets = drafts
    .filter(([field]) => field !== "secrets")
    .map(([field, draft]): [string, LaunchDraft] => [field, { ...draft, secrets: [] }])
  const off: [string, LaunchDraft][] = [["access off", empty]]

  test.each([...withoutSecrets, ...off])("comes back whole: %s", (_, draft) => {
    const toml = toToml(spell(draft))
    const run = readOne(toml)
    expect(run.notes).toEqual([])
    expect(run.environment).toBe(slug)
    const back = draftFromRead(run, target)
    expect(toToml(spell(back))).toBe(toml)
    expect(toRequest(back, target, "m")).toEqual(toRequest(draft, target, "m"))
  })

  test("has only keys that the CLI allows in a file, and says how secrets are given", () => {
    const toml = toToml(spell(all))
    expect(toml).toMatch(/^\[\[eval\]\]$/m)
    expect(toml).not.toMatch(/^custom_secrets|^headers/m)
    expect(toml).toContain(`--custom-secrets '{"MY_KEY": "'"$MY_KEY"'", "OTHER": "'"$OTHER"'"}'`)
  })

  test("null has no spelling and is named", () => {
    const run = spell(empty)
    const toml = toToml({
      ...run,
      request: { ...run.request, eval_config: { ...run.request.eval_config, env_args: { a: null, b: [1, null], c: 1 } } },
    })
    expect(toml).toContain("# Left out, because TOML has no null: env_args.a, env_args.b[]")
    expect(readOne(toml).config.env_args).toEqual({ b: [1], c: 1 })
  })

  test("shared settings, several tables, other names of the same thing", () => {
    const reading = fromText(`
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
  test.each(drafts)("comes back whole: %s", (_, draft) => {
    const run = readOne(toCurl(spell(draft), "https://evals.example"))
    const back = draftFromRead(run, target)
    expect(toRequest(back, target, "m")).toEqual(toRequest(withoutSecretValues(draft), target, "m"))
    expect(run.environment).toBe("env1")
  })

  test("sends the request, with the shell's key and secrets", () => {
    const words = bash(toCurl(spell(all), "https://evals.example"), { PRIME_API_KEY: "k", MY_KEY: "one", OTHER: "two" })
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

test("only a hosted run has a spelling", () => {
  const run = {
    is_hosted: true,
    environment: { owner: "a", name: "b" },
    environment_ids: ["e"],
    inference_model: "m",
    name: "n",
    eval_config: { num_examples: 1, rollouts_per_example: 1 },
  }
  expect(ofRun(run as unknown as Evaluation)?.environment).toBe("a/b")
  expect(ofRun({ ...run, is_hosted: false } as unknown as Evaluation)).toBeNull()
})
