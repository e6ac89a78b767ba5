import { render, screen, waitFor, within } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { beforeEach, describe, expect, test, vi } from "vitest"
import {
  type CreateHostedEvaluationRequest,
  type EnvironmentArgument,
  LaunchSuiteRequest,
  type RunEstimate,
  runFields,
} from "@/contract/index.ts"
import type { ActionResult } from "@/lib/form-action.ts"
import { LaunchForm } from "./launch-form.tsx"
import type { EarlierRun } from "./launch-props.ts"
import { launchFields } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { valuesFrom } from "./launch-values.ts"
import { useLaunchForm } from "./use-launch-form.ts"

vi.mock("./plan/use-limits.ts", () => ({ useLimits: () => [] }))
vi.mock("./plan/use-estimates.ts", () => ({ useEstimates: () => [estimates.current] }))
const estimates = vi.hoisted(() => ({ current: null as RunEstimate | null }))
vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))

const argument = (name: string, more: Partial<EnvironmentArgument>): EnvironmentArgument => ({
  name,
  type: "string",
  annotation: null,
  required: false,
  default: null,
  choices: null,
  description: null,
  ...more,
})

const target: LaunchTarget = {
  id: "env1",
  name: "sum",
  owner: { name: "acme", type: "user" },
  arguments: [argument("size", { type: "integer", default: 1 }), argument("topic", { required: true })],
  dataset_size: 10,
  eval_defaults: null,
}

type Sent = CreateHostedEvaluationRequest
const started: ActionResult<never> = { ok: true, value: undefined as never }

interface Opened {
  launch: (request: Sent, isPilot: boolean) => Promise<ActionResult<never>>
  launchSuite?: (request: LaunchSuiteRequest) => Promise<ActionResult<never>>
  from?: object
  models?: string[]
  earlier?: Partial<EarlierRun>
}

function Harness({ launch, launchSuite, from, models = ["demo/scholar"], earlier }: Opened) {
  const values = from ? valuesFrom({ eval_config: from }, target) : null
  const state = useLaunchForm(target, values)
  return (
    <LaunchForm
      target={target}
      version="1.0"
      checkStatus="SUCCESS"
      isRemote={false}
      launch={launch}
      launchSuite={launchSuite ?? null}
      models={models}
      list={{ models: [], providers: [] }}
      earlier={
        earlier && values
          ? {
              values,
              original: values,
              changed: [],
              focus: null,
              model: "demo/scholar",
              name: "before",
              version: "1.0",
              teamId: null,
              ...earlier,
            }
          : null
      }
      state={state}
      onChangeModel={() => {}}
    />
  )
}

function open(answer: ActionResult<never> = started, from?: object, rest: Omit<Opened, "launch" | "from"> = {}) {
  const launch = vi.fn<Opened["launch"]>().mockResolvedValue(answer)
  const view = render(<Harness launch={launch} {...(from ? { from } : {})} {...rest} />)
  return { launch, view, user: userEvent.setup() }
}

const run = () => screen.getByRole("button", { name: "Run Evaluation" })
const enter = async (user: ReturnType<typeof userEvent.setup>, label: string | RegExp, text: string) => {
  const control = screen.getByLabelText(label)
  await user.clear(control)
  // Pasted, because a re-rendering after each of many keys takes long here.
  await user.paste(text)
  return control
}

beforeEach(() => {
  sessionStorage.clear()
  estimates.current = null
})

test("every field of the table has a control, named by its label", () => {
  open()
  for (const { key, kind, label } of launchFields) {
    if (kind === "arguments") expect(screen.getByRole("heading", { name: label }), key).toBeDefined()
    else if (kind === "secrets") expect(screen.getByRole("group", { name: label }), key).toBeDefined()
    else expect(document.getElementById(`launch-${key}`), key).toBe(screen.getByLabelText(new RegExp(`^${label}`)))
  }
})

test("what is entered is what is sent, with numbers as numbers", async () => {
  const { launch, user } = open()
  await enter(user, "Number of examples", "−1")
  await enter(user, "topic", "birds")
  await enter(user, "size", "3")
  await enter(user, "Temperature", "0.5")
  await enter(user, /^Sampling parameters/, '{"top_p": 0.9}')
  await enter(user, "Token budget", "1,000,000")
  await enter(user, "Headers", "X-Team: a\nX-Run: b")
  await user.click(screen.getByLabelText("Allow tunnel access"))
  await user.click(screen.getByRole("button", { name: "Add a secret" }))
  await enter(user, "Name of secret 1", "MY_TOKEN")
  await enter(user, "Value", "hidden")
  await user.click(run())
  await waitFor(() => expect(launch).toHaveBeenCalledOnce())
  expect(launch.mock.calls[0]?.[0]).toMatchObject({
    environment_ids: ["env1"],
    inference_model: "demo/scholar",
    eval_config: {
      num_examples: -1,
      rollouts_per_example: 3,
      env_args: { topic: "birds", size: 3 },
      sampling_args: { temperature: 0.5, top_p: 0.9 },
      max_total_tokens: 1_000_000,
      headers: ["X-Team: a", "X-Run: b"],
      allow_sandbox_access: false,
      allow_tunnel_access: true,
      custom_secrets: { MY_TOKEN: "hidden" },
    },
  })
})

describe("a mistake", () => {
  test("is shown when the field loses focus, in the words of its rule, and goes away while typing", async () => {
    const { user } = open()
    const rollouts = await enter(user, "Rollouts per example", "2049")
    expect(rollouts).not.toHaveProperty("ariaInvalid", "true")
    expect(rollouts.getAttribute("aria-invalid")).toBeNull()
    await user.tab()
    await waitFor(() => expect(rollouts.getAttribute("aria-invalid")).toBe("true"))
    expect(screen.getAllByText(runFields.rollouts_per_example.rule)).toHaveLength(1)
    await user.type(rollouts, "{Backspace}")
    await waitFor(() => expect(rollouts.getAttribute("aria-invalid")).toBeNull())
    expect(rollouts).toHaveProperty("value", "204")
  })

  test("keeps the run from being sent; the list names the fields in order, and the first one has the focus", async () => {
    const { launch, user } = open()
    await enter(user, /^Timeout/, "soon")
    await enter(user, "Number of examples", "0")
    await user.click(run())
    const list = await screen.findByRole("alert")
    expect(
      within(list)
        .getAllByRole("button")
        .map((one) => one.textContent),
    ).toEqual(["Number of examples", "topic", "Timeout"])
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Number of examples")))
    await user.click(within(list).getByRole("button", { name: "Timeout" }))
    expect(document.activeElement).toBe(screen.getByLabelText(/^Timeout/))
    expect(screen.getByText("3 fields need attention")).toBeDefined()
    expect(launch).not.toHaveBeenCalled()
  })

  test("in one field can be settled in another: the key of an endpoint is the name of a secret", async () => {
    const { user } = open()
    await enter(user, "topic", "x")
    await enter(user, "Key variable", "MY_KEY")
    await user.click(run())
    await screen.findByRole("alert")
    await user.click(screen.getByRole("button", { name: "Add a secret" }))
    await enter(user, "Name of secret 1", "MY_KEY")
    await waitFor(() => expect(screen.getByLabelText("Key variable").getAttribute("aria-invalid")).toBeNull())
  })

  test("of the platform's is shown at its field until that is changed", async () => {
    const problems = [{ field: "eval_config.max_concurrent", message: "must be at most 64" }]
    const { launch, user } = open({ ok: false, message: "not valid", problems })
    await enter(user, "topic", "x")
    await user.click(run())
    const control = screen.getByLabelText("Max concurrent")
    await waitFor(() => expect(control.getAttribute("aria-invalid")).toBe("true"))
    expect(launch).toHaveBeenCalledOnce()
    expect(screen.getAllByText("must be at most 64", { exact: false })).toHaveLength(2)
    await enter(user, "Display name", "other")
    expect(control.getAttribute("aria-invalid")).toBe("true")
    await enter(user, "Max concurrent", "64")
    await waitFor(() => expect(control.getAttribute("aria-invalid")).toBeNull())
  })

  test("that belongs to no field is shown above the form", async () => {
    const { user } = open({ ok: false, message: "The budget is used up", problems: [] })
    await enter(user, "topic", "x")
    await user.click(run())
    expect((await screen.findByRole("alert")).textContent).toContain("The budget is used up")
    await waitFor(() => expect(document.activeElement?.id).toBe("launch-problems"))
  })
})

test("two clicks start one run", async () => {
  const { launch, user } = open()
  await enter(user, "topic", "x")
  await user.dblClick(run())
  await waitFor(() => expect(launch).toHaveBeenCalledOnce())
})

test("a run that is sent again as it was has the same key, and one that was changed has another", async () => {
  const { launch, user } = open({ ok: false, message: "The platform could not be reached", problems: [] })
  await enter(user, "topic", "x")
  for (const [times, max] of [
    [1, "8"],
    [2, "8"],
    [3, "9"],
  ] as const) {
    await enter(user, "Max concurrent", max)
    await user.click(run())
    await waitFor(() => expect(launch).toHaveBeenCalledTimes(times))
    await screen.findByRole("alert")
  }
  const [first, again, changed] = launch.mock.calls.map(([request]) => request.idempotency_key)
  expect(first).toMatch(/^[0-9a-f]{32}$/)
  expect(again).toBe(first)
  expect(changed).not.toBe(first)
})

test("arguments as JSON and as a form have the same values", async () => {
  const { user } = open()
  await enter(user, "size", "4")
  await user.click(screen.getByRole("button", { name: "JSON" }))
  expect(screen.getByLabelText("Arguments as JSON")).toHaveProperty("value", '{\n  "size": 4\n}')
  await enter(user, "Arguments as JSON", '{"size": 5, "topic": "y"}')
  await user.click(screen.getByRole("button", { name: "Form" }))
  expect(screen.getByLabelText("size")).toHaveProperty("value", "5")
  expect(screen.getByLabelText("topic")).toHaveProperty("value", "y")
})

test("what was entered outlives a reload, without the values of secrets, and can be thrown away", async () => {
  const { user, view } = open()
  await enter(user, "Max concurrent", "many")
  await enter(user, "size", "7")
  await user.click(screen.getByRole("button", { name: "Add a secret" }))
  await enter(user, "Name of secret 1", "MY_TOKEN")
  await enter(user, "Value", "hidden")
  expect(JSON.stringify({ ...sessionStorage })).not.toContain("hidden")
  view.unmount()
  open()
  expect(await screen.findByText(/What you entered before was restored/)).toBeDefined()
  expect(screen.getByLabelText("Max concurrent")).toHaveProperty("value", "many")
  expect(screen.getByLabelText("size")).toHaveProperty("value", "7")
  expect(screen.getByLabelText("Name of secret 1")).toHaveProperty("value", "MY_TOKEN")
  expect(screen.getByLabelText("Value")).toHaveProperty("value", "")
  await user.click(screen.getByRole("button", { name: "Start over" }))
  expect(screen.getByLabelText("Max concurrent")).toHaveProperty("value", "32")
  expect(sessionStorage.length).toBe(0)
})

test("an earlier run fills in the form", () => {
  open(started, { num_examples: 2, rollouts_per_example: 1, state_columns: ["a", "b"], extra_env_kwargs: { max_turns: 3 } })
  expect(screen.getByLabelText("Number of examples")).toHaveProperty("value", "2")
  expect(screen.getByLabelText("State columns")).toHaveProperty("value", "a, b")
  expect(screen.getByLabelText(/^Extra environment kwargs/)).toHaveProperty("value", '{\n  "max_turns": 3\n}')
})

test("Enter in a field starts nothing; with Ctrl it does", async () => {
  const { launch, user } = open(started, { num_examples: 5, env_args: { topic: "birds" } })
  await user.click(screen.getByLabelText("Number of examples"))
  await user.keyboard("{Enter}")
  expect(launch).not.toHaveBeenCalled()
  expect(screen.queryByRole("alert")).toBeNull()
  await user.keyboard("{Control>}{Enter}{/Control}")
  await waitFor(() => expect(launch).toHaveBeenCalledOnce())
})

test("a model that the platform does not have is one message", async () => {
  const message = 'there is no model "demo/scholar" here. Choose another model, or give a custom endpoint'
  const refusal: ActionResult<never> = { ok: false, message: "refused", problems: [{ field: "inference_model", message }] }
  const { user } = open(refusal, { num_examples: 5, env_args: { topic: "birds" } })
  expect(screen.getByText(/lists no model of this name/)).toBeTruthy()
  await user.click(run())
  expect(await screen.findAllByText(/there is no model/)).toHaveLength(1)
  expect(screen.queryByText(/lists no model of this name/)).toBeNull()
})

describe("a pilot", () => {
  test("is the same run with 5 examples and 1 rollout, tagged as one, and the form keeps what was entered", async () => {
    const { launch, user } = open(started, { num_examples: 50, rollouts_per_example: 4, env_args: { topic: "birds" } })
    await enter(user, "Max concurrent", "8")
    await user.click(screen.getByRole("button", { name: /^Pilot 5 × 1/ }))
    await waitFor(() => expect(launch).toHaveBeenCalledOnce())
    const [request, isPilot] = launch.mock.calls[0] ?? []
    expect(isPilot).toBe(true)
    expect(request).toMatchObject({
      tags: ["pilot"],
      eval_config: { num_examples: 5, rollouts_per_example: 1, env_args: { topic: "birds" }, max_concurrent: 8 },
    })
    expect(JSON.parse(sessionStorage.getItem("launch env1") ?? "{}")).toMatchObject({ num_examples: 50, max_concurrent: 8 })
  })

  test("is not offered for a run of its own size", () => {
    open(started, { num_examples: 5, rollouts_per_example: 1 })
    expect(screen.queryByRole("button", { name: /^Pilot/ })).toBeNull()
  })
})

describe("several models", () => {
  const from = { num_examples: 5, env_args: { topic: "birds" } }

  test("are launched together, once, with one configuration", async () => {
    const launchSuite = vi.fn<NonNullable<Opened["launchSuite"]>>().mockResolvedValue(started)
    const { launch, user } = open(started, from, { models: ["lab/a", "lab/b"], launchSuite })
    expect(screen.getAllByText("5 examples × 3 rollouts = 15 rollouts with each of 2 models").length).toBeGreaterThan(0)
    await user.dblClick(screen.getByRole("button", { name: "Run 2 Evaluations" }))
    await waitFor(() => expect(launchSuite).toHaveBeenCalledOnce())
    expect(launch).not.toHaveBeenCalled()
    const request = launchSuite.mock.calls[0]?.[0]
    expect(LaunchSuiteRequest.parse(JSON.parse(JSON.stringify(request)))).toMatchObject({
      environment_id: "env1",
      inference_models: ["lab/a", "lab/b"],
      eval_config: { num_examples: 5, env_args: { topic: "birds" } },
    })
    expect(request?.idempotency_key).toMatch(/^[0-9a-f]{32}$/)
  })

  test("that are refused are all named at the model", async () => {
    const problems = ["lab/a", "lab/b"].map((model, i) => ({ field: `inference_models.${i}`, message: `there is no model ${model}.` }))
    const launchSuite = vi.fn<NonNullable<Opened["launchSuite"]>>().mockResolvedValue({ ok: false, message: "refused", problems })
    const { user } = open(started, from, { models: ["lab/a", "lab/b"], launchSuite })
    await user.click(screen.getByRole("button", { name: "Run 2 Evaluations" }))
    const list = await screen.findByRole("alert")
    expect(list.textContent).toContain("there is no model lab/a. there is no model lab/b.")
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Change models" })))
  })
})

test("what an earlier run says about cost and time, or that a pilot would tell, stands in the summary", () => {
  const run = { rollouts: 40, tokens_per_rollout: 1000, cost_usd_per_rollout: 0.01, cost_variation: 0.4 }
  const timed = { ...run, seconds_per_rollout: 8, seconds_variation: 0.4, other_seconds: 20 }
  const known: RunEstimate = {
    runs: 1,
    rollouts: 40,
    same_model: true,
    prompt_tokens_per_rollout: 900,
    completion_tokens_per_rollout: 100,
    cost_usd_per_rollout: 0.01,
    examples: null,
    earlier: [timed],
    rewards: { mean: 0.9, between: 0.05, within: 0.01, is_unit: true, examples: 400 },
  }
  estimates.current = known
  const { view } = open(started, { num_examples: 10, rollouts_per_example: 4 })
  expect(screen.getAllByText(/≈ \$0\.40/).length).toBeGreaterThan(0)
  expect(screen.getByText(/from an earlier run; four of five/)).toBeTruthy()
  expect(screen.getByText(/tells apart models that differ by 0\.24 or more/)).toBeTruthy()
  view.unmount()
  estimates.current = { ...known, runs: 0, earlier: [], rewards: null }
  open(started, { num_examples: 10, rollouts_per_example: 4 })
  expect(screen.getByText("no earlier runs: a pilot would tell")).toBeTruthy()
})

test("what differs from the run that filled in the form is named as it is edited", async () => {
  const { user } = open(started, { num_examples: 10, rollouts_per_example: 2 }, { earlier: { version: "0.9" } })
  const note = screen.getByRole("note")
  expect(note.textContent).toBe("Different from that run: Version 0.9 → 1.0.")
  await enter(user, "Rollouts per example", "5")
  expect(note.textContent).toBe("Different from that run: Version 0.9 → 1.0, Rollouts per example 2 → 5.")
})
