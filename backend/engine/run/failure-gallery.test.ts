import { beforeAll, expect, test } from "vitest"
import type { FailureClass } from "../../../contract/index.ts"
import { updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { type BrokenEnvironment, brokenEnvironments } from "../../testing/broken-environments.ts"
import { publishEnvironment } from "../../testing/environments.ts"
import { logOf, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

/*
 * Environments that are broken in every way we could think of, each really run. A user must be told what happened, where in
 * their own code, and what to do about it. Each run starts a process of its own, which takes minutes: `npm run test:gallery`.
 */

const { platform, launch, startWorker } = await testEngine(
  () => "fine",
  { MAX_CONCURRENT_RUNS: "4", SANDBOX_MEMORY_MB: "1024", SANDBOX_DISK_MB: "96" },
  { starts: false },
)

interface Expected {
  environment: BrokenEnvironment
  /** What the run is started with, beyond two rollouts of one example each. */
  config?: object
  publish?: Parameters<typeof publishEnvironment>[3]
  /** Its time is up at once, when the environment has begun with its rollouts (and, where asked for, once it is known to be busy). */
  deadline?: "rolling" | "busy"
  status?: "FAILED" | "TIMEOUT"
  class: FailureClass
  exception: string | null
  message: RegExp | null
  /** `file: line of code`, in the environment's own module; null where the failure has no place in it. */
  place: string | null
  /** What the explanation or the advice says beyond the wording of the class. */
  words?: RegExp
  fix: { label: string; set?: object; focus?: string } | null
}

const gallery: Record<string, Expected> = {
  "a loop that never ends": {
    environment: "loops",
    deadline: "busy",
    status: "TIMEOUT",
    class: "timeout",
    exception: null,
    message: /was to end by/,
    place: "setup_state: while True:|setup_state: pass",
    words: /nothing went on, because the environment's code kept the process busy/,
    fix: null,
  },
  "too little time": {
    environment: "slow",
    deadline: "rolling",
    config: { timeout_minutes: 180 },
    status: "TIMEOUT",
    class: "timeout",
    exception: null,
    message: /was to end by/,
    place: null,
    fix: { label: "Run again with 6 hours", set: { timeout_minutes: 360 } },
  },
  "a syntax error": {
    environment: "syntax",
    class: "environment_import",
    exception: "SyntaxError",
    message: /invalid syntax/,
    place: "<module>: def load_environment(:",
    fix: null,
  },
  "a package that is not installed": {
    environment: "module",
    class: "environment_dependency",
    exception: "ModuleNotFoundError",
    message: /a_package_that_nobody_installed/,
    place: "<module>: import a_package_that_nobody_installed",
    words: /pyproject\.toml/,
    fix: null,
  },
  "an exception while importing": {
    environment: "importing",
    class: "environment_import",
    exception: "NameError",
    message: /SPLITS/,
    place: '<module>: SPLIT = SPLITS["eval"]',
    fix: null,
  },
  "no load_environment": {
    environment: "function",
    class: "environment_import",
    exception: "hosted-runner.load.UnsupportedEnvironment",
    message: /it has no load_environment function/,
    place: null,
    words: /Define a function load_environment/,
    fix: null,
  },
  "a module of another name": {
    environment: "named",
    publish: { module: "another_name" },
    class: "environment_import",
    exception: "ModuleNotFoundError",
    message: /No module named/,
    place: null,
    words: /brings no module that is named like the environment/,
    fix: null,
  },
  "an exception in load_environment": {
    environment: "loading",
    class: "environment_load",
    exception: "ValueError",
    message: /^the split must be train or eval$/,
    place: 'load_environment: raise ValueError("the split must be train or eval")',
    fix: null,
  },
  "sys.exit() in load_environment": {
    environment: "exits",
    class: "environment_load",
    exception: "SystemExit",
    message: /no licence/,
    place: 'load_environment: sys.exit("no licence")',
    fix: null,
  },
  "a load_environment that returns nothing": {
    environment: "nothing",
    class: "environment_load",
    exception: "AttributeError",
    message: /NoneType/,
    place: null,
    fix: null,
  },
  "an argument that is missing": {
    environment: "argument",
    class: "environment_arguments",
    exception: "TypeError",
    message: /missing 1 required positional argument: 'path'/,
    place: "load_environment: def load_environment(path):",
    fix: { label: "Run again with the argument path", set: {}, focus: "env_args.path" },
  },
  "an argument that is unknown": {
    environment: "arguments",
    config: { env_args: { colour: "red", size: 2 } },
    class: "environment_arguments",
    exception: "TypeError",
    message: /unexpected keyword argument 'colour'/,
    place: "load_environment: def load_environment(size: int = 3):",
    fix: { label: "Run again without the argument colour", set: { env_args: { colour: null } } },
  },
  "keys that are missing": {
    environment: "keys",
    class: "missing_secret",
    exception: "verifiers.legacy.utils.config_utils.MissingKeyError",
    message: /JUDGE_KEY, SEARCH_KEY/,
    place: 'load_environment: vf.ensure_keys(["JUDGE_KEY", "SEARCH_KEY"])',
    fix: { label: "Run again with the secrets JUDGE_KEY, SEARCH_KEY", set: { custom_secrets: { JUDGE_KEY: "", SEARCH_KEY: "" } } },
  },
  "an environment variable that is missing": {
    environment: "variable",
    class: "missing_secret",
    exception: "KeyError",
    message: /^'SEARCH_KEY'$/,
    place: 'load_environment: key = os.environ["SEARCH_KEY"]',
    fix: { label: "Run again with the secret SEARCH_KEY", set: { custom_secrets: { SEARCH_KEY: "" } } },
  },
  "a judge without its key": {
    environment: "judge",
    class: "missing_secret",
    exception: "openai.OpenAIError",
    message: /OPENAI_API_KEY/,
    place: "load_environment: judge = openai.AsyncOpenAI()",
    fix: { label: "Run again with the secret OPENAI_API_KEY", set: { custom_secrets: { OPENAI_API_KEY: "" } } },
  },
  "no dataset": {
    environment: "dataset",
    class: "environment_load",
    exception: "ValueError",
    message: /dataset/,
    place: "load_environment: return vf.SingleTurnEnv(rubric=vf.Rubric(funcs=[good]))",
    words: /no examples to evaluate/,
    fix: null,
  },
  "an empty dataset": {
    environment: "empty",
    class: "environment_load",
    exception: "hosted-runner.load.NoExamples",
    message: /no examples/,
    place: null,
    words: /no examples to evaluate/,
    fix: null,
  },
  "too much memory": {
    environment: "memory",
    config: { max_concurrent: 8 },
    class: "out_of_memory",
    exception: "MemoryError",
    message: /./,
    place: "load_environment: table = bytearray(1 << 62)",
    fix: { label: "Run again with 1 rollout at a time", set: { max_concurrent: 1 } },
  },
  "a full disk": {
    environment: "disk",
    class: "disk_limit",
    exception: "OSError",
    message: /No space left on device/,
    place: 'load_environment: raise OSError(28, "No space left on device", "/data/cache")',
    fix: null,
  },
  "more memory than a run may use": {
    environment: "hoards",
    class: "out_of_memory",
    exception: null,
    message: null,
    place: null,
    fix: { label: "Run again with 1 rollout at a time", set: { max_concurrent: 1 } },
  },
  "more files than a run may keep": {
    environment: "hoardsFiles",
    class: "disk_limit",
    exception: null,
    message: null,
    place: null,
    fix: null,
  },
  "independent scoring of rewards that compare": {
    environment: "group",
    config: { independent_scoring: true },
    class: "environment_load",
    exception: "ValueError",
    message: /independent_scoring cannot be used/,
    place: null,
    words: /compares the rollouts of one example/,
    fix: { label: "Run again without independent scoring", set: { independent_scoring: false } },
  },
  "a dependency that does not exist": {
    environment: "plain",
    publish: { dependencies: ["verifiers>=0.2.0", "openai>=3"] },
    class: "environment_install",
    exception: null,
    message: /openai/,
    place: null,
    fix: null,
  },
  "another Python": {
    environment: "named",
    publish: { requiresPython: ">=3.99", module: "broken_other_python" },
    class: "environment_install",
    exception: null,
    message: /Python/,
    place: null,
    fix: null,
  },
  "os._exit() in a rollout": {
    environment: "gone",
    class: "worker_lost",
    exception: null,
    message: /ended without a word, 3 times: exit code 7/,
    place: null,
    words: /os\._exit\(\)/,
    fix: null,
  },
  "a process that is killed": {
    environment: "killed",
    class: "worker_lost",
    exception: null,
    message: /10 times: killed \(SIGKILL\), as the system does when memory runs out/,
    place: null,
    fix: { label: "Run again with 1 rollout at a time", set: { max_concurrent: 1 } },
  },
  "a rollout that cancels": {
    environment: "cancels",
    class: "environment_rollout",
    exception: "asyncio.exceptions.CancelledError",
    message: /CancelledError/,
    place: "Env.setup_state: raise asyncio.CancelledError()",
    fix: null,
  },
  "an exception in a rollout of a run that is to end at the first": {
    environment: "raises",
    config: { on_rollout_exception: "abort" },
    class: "environment_rollout",
    exception: "ZeroDivisionError",
    message: /^no rollout without a divisor$/,
    place: 'Env.setup_state: raise ZeroDivisionError("no rollout without a divisor")',
    fix: { label: "Run again and go on after errors", set: { on_rollout_exception: "record" } },
  },
}

const slug = (what: string, { environment, publish }: Expected): string =>
  publish ? `broken-${what.replace(/[^a-z]+/gi, "-").toLowerCase()}` : `broken-${environment}`
const runs = new Map<string, string>()

beforeAll(async () => {
  const ids = new Map<string, string>()
  for (const [what, expected] of Object.entries(gallery)) {
    const name = slug(what, expected)
    if (!ids.has(name))
      ids.set(name, await publishEnvironment(platform(), name, brokenEnvironments[expected.environment], expected.publish))
  }
  await startWorker()
  for (const [what, expected] of Object.entries(gallery)) runs.set(what, await launch(ids.get(slug(what, expected)), expected.config))
}, 120_000)

test.each(Object.keys(gallery))("%s is explained, with its place and what to do", { timeout: 300_000 }, async (what) => {
  const id = runs.get(what) as string
  const { deadline, ...expected } = gallery[what] as Expected
  if (deadline) {
    await untilRun(platform(), id, async (run) =>
      deadline === "busy" ? (await logOf(platform(), id)).includes("has been busy") : run.progress.started > 0,
    )
    await updateEvaluation(platform().services.db, id, { deadlineAt: new Date() })
  }
  const run = await untilRun(platform(), id)
  expect(run.status, JSON.stringify(run.failure)).toBe(expected.status ?? "FAILED")
  const { failure } = run
  expect(failure).toMatchObject({ class: expected.class, exception: expected.exception })
  if (expected.message) expect(failure.message).toMatch(expected.message)
  else expect(failure.message).toBeNull()
  for (const sentence of [failure.title, failure.explanation, failure.advice]) expect(sentence.length).toBeGreaterThan(10)
  if (expected.words) expect(`${failure.explanation} ${failure.advice}`).toMatch(expected.words)
  if (expected.place === null) expect(failure.place).toBeNull()
  else {
    const { file, line, function: name, code } = failure.place
    expect(expected.place.split("|").map((place) => place.replace(/^setup_state/, "Env.setup_state"))).toContain(`${name}: ${code}`)
    const source = brokenEnvironments[expected.environment].split("\n")
    expect([file, source[line - 1]?.trim()]).toEqual([`broken_${expected.environment}.py`, code])
  }
  const { fix } = expected
  expect(failure.fix).toEqual(fix && { label: fix.label, set: fix.set ?? {}, focus: fix.focus ?? Object.keys(fix.set ?? {})[0] })
})
