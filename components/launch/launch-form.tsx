"use client"

import { CircleAlert, TriangleAlert, Wrench } from "lucide-react"
import { unstable_rethrow } from "next/navigation"
import { type FormEvent, type ReactNode, useEffect, useRef, useState, useTransition } from "react"
import { flushSync } from "react-dom"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import type { ListInferenceModelsResponse } from "@/contract/index.ts"
import { AdvancedFields } from "./advanced-fields.tsx"
import { ArgumentFields } from "./argument-fields.tsx"
import { type FormState, fieldId } from "./form-state.ts"
import { checkDraft, type DraftProblem, type LaunchDraft, placeProblems, rules, toRequest } from "./launch-config.ts"
import { SwitchEntry, TextEntry } from "./launch-fields.tsx"
import type { EarlierRun, LaunchFlowProps } from "./launch-flow.tsx"
import { LaunchSummary } from "./launch-summary.tsx"
import { modelPrice } from "./model-price.ts"
import type { DraftState } from "./use-launch-draft.ts"

interface LaunchFormProps extends Pick<LaunchFlowProps, "target" | "version" | "checkStatus" | "isRemote" | "launch"> {
  model: string
  models: ListInferenceModelsResponse
  /** The run from which the form was filled in, until it is filled in otherwise. */
  earlier: EarlierRun | null
  draft: DraftState
  onChangeModel: () => void
}

/** Random, and to be had on plain http too, where crypto.randomUUID is not. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

function focusField(field: string): void {
  // The arguments as a form have no field of their own, but one each.
  const place =
    field === "" ? null : (document.getElementById(fieldId(field)) ?? document.querySelector<HTMLElement>(`[id^="${fieldId(field)}."]`))
  const target = place ?? document.getElementById("launch-problems")
  const folded = target?.closest("details")
  if (folded) folded.open = true
  target?.focus()
  target?.scrollIntoView({ block: "nearest" })
}

export function LaunchForm({
  target,
  version,
  checkStatus,
  isRemote,
  launch,
  model,
  models,
  earlier,
  draft: state,
  onChangeModel,
}: LaunchFormProps) {
  const { draft } = state
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [isSubmitted, setIsSubmitted] = useState(false)
  const [refusals, setRefusals] = useState<DraftProblem[]>([])
  const [isPending, startTransition] = useTransition()
  const isSending = useRef(false)
  const key = useRef<string | null>(null)
  const known = models.models.find((one) => one.id === model)
  // A link that changes a setting leads to it.
  const start = earlier?.focus ?? null
  useEffect(() => {
    if (start !== null) focusField(start)
  }, [start])

  const mistakes = checkDraft(draft, target)
  const problems = [...mistakes, ...refusals.filter((refusal) => !mistakes.some((mistake) => mistake.field === refusal.field))]
  const shown = problems.filter(({ field }) => isSubmitted || touched.has(field) || refusals.some((refusal) => refusal.field === field))

  const form: FormState = {
    target,
    draft,
    set: (change) => {
      state.change((current) => ({ ...current, ...change }))
      // What the platform said about a field is over when the field is changed.
      if (refusals.length > 0)
        setRefusals(
          refusals.filter(
            ({ field }) => field !== "" && !Object.keys(change).some((name) => field === name || field.startsWith(`${name}.`)),
          ),
        )
    },
    errorAt: (field) => shown.find((problem) => problem.field === field)?.message,
    touch: (field) => setTouched((before) => (before.has(field) ? before : new Set(before).add(field))),
  }

  /** Shows all messages and goes to the first field that is wrong. */
  const show = (found: DraftProblem[]) => {
    flushSync(() => setIsSubmitted(true))
    focusField(found[0]?.field ?? "")
  }

  const send = async () => {
    key.current ??= newKey()
    state.forget()
    let refused: DraftProblem[]
    try {
      const answer = await launch(toRequest(draft, target, model, key.current))
      // A started run leads to another page: nothing comes back from it.
      if (!answer || answer.ok) return
      refused = answer.problems.length > 0 ? placeProblems(answer.problems, draft, target) : [{ field: "", message: answer.message }]
    } catch (error) {
      unstable_rethrow(error)
      refused = [{ field: "", message: "The platform could not be reached. Nothing that you entered is lost; try again." }]
    }
    isSending.current = false
    state.keep()
    setRefusals(refused)
    requestAnimationFrame(() => show(refused))
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isSending.current) return
    setRefusals([])
    if (mistakes.length > 0) {
      show(mistakes)
      return
    }
    isSending.current = true
    startTransition(send)
  }

  return (
    <form
      noValidate
      onSubmit={submit}
      className="grid min-w-0 grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] 2xl:grid-cols-[minmax(0,1fr)_24rem]"
    >
      <div className="flex min-w-0 flex-col gap-4">
        <Problems problems={isSubmitted ? problems : refusals} />
        {checkStatus === "FAILED" && (
          <Remark>
            The check of this version failed: it could not be installed or loaded. A run will most likely fail in the same way.
          </Remark>
        )}
        {earlier && earlier.changed.length > 0 && <Changed fields={earlier.changed} draft={draft} />}
        {(earlier || state.isRestored) && (
          <p className="break-anywhere flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground text-sm">
            {earlier
              ? `Filled in from the run “${earlier.name}”. Values of its secrets are not kept.`
              : "What you entered before was put back, without the values of secrets."}
            <Button size="sm" onClick={state.startOver}>
              Start over
            </Button>
          </p>
        )}
        <Card aria-labelledby="launch-model-title">
          <CardHeader
            id="launch-model-title"
            level={3}
            title="Model"
            action={
              <Button id={fieldId("model")} size="sm" onClick={onChangeModel}>
                Change model
              </Button>
            }
          />
          <CardBody className="flex flex-col gap-1">
            <p className="flex min-w-0 flex-wrap items-center gap-2">
              <span className="break-anywhere font-medium text-sm">{model}</span>
              {known?.scripted && <Badge tone="info">Scripted, not a language model</Badge>}
              {known && <span className="text-muted-foreground text-xs">{modelPrice(known)}</span>}
            </p>
            {known?.description && <p className="text-muted-foreground text-xs">{known.description}</p>}
            {!known && draft.apiBaseUrl.trim() === "" && (
              <p className="flex items-start gap-1.5 text-warning text-xs">
                <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
                This platform lists no model of this name. Choose another one, or give a custom endpoint under Advanced.
              </p>
            )}
            {form.errorAt("model") && <p className="break-anywhere text-danger text-xs">{form.errorAt("model")}</p>}
          </CardBody>
        </Card>
        <Card aria-labelledby="launch-size">
          <CardHeader id="launch-size" level={3} title="Size" />
          <CardBody className="grid grid-cols-1 gap-4 md:grid-cols-2">
            <TextEntry
              numeric
              form={form}
              field="numExamples"
              label="Number of examples"
              rule={rules.numExamples}
              extra={
                target.dataset_size === null || target.dataset_size === undefined
                  ? undefined
                  : `The dataset has ${target.dataset_size.toLocaleString("en-US")}.`
              }
            />
            <TextEntry numeric form={form} field="rolloutsPerExample" label="Rollouts per example" rule={rules.rolloutsPerExample} />
          </CardBody>
        </Card>
        <ArgumentFields form={form} checkStatus={checkStatus} />
        <Card aria-labelledby="launch-sampling">
          <CardHeader id="launch-sampling" level={3} title="Name and sampling" />
          <CardBody className="grid grid-cols-1 gap-4 md:grid-cols-2">
            <TextEntry
              form={form}
              field="name"
              label="Display name"
              note="optional"
              rule={rules.name}
              extra="Empty: the environment's and the model's name."
              className="md:col-span-2"
            />
            <TextEntry
              numeric
              form={form}
              field="temperature"
              label="Temperature"
              note="optional"
              rule={rules.temperature}
              extra="Empty: the environment's or the model's own."
            />
            <TextEntry
              numeric
              form={form}
              field="maxTokens"
              label="Max tokens"
              note="optional"
              rule={rules.maxTokens}
              extra="Per answer of the model."
            />
          </CardBody>
        </Card>
        <Card aria-labelledby="launch-permissions">
          <CardHeader id="launch-permissions" level={3} title="Permissions" />
          <CardBody className="flex flex-col gap-4">
            <p className="text-muted-foreground text-xs">
              What the environment's code may use while the run lasts. All are off here; the prime CLI turns sandbox and tunnel access on.
            </p>
            <SwitchEntry
              form={form}
              field="allowSandboxAccess"
              label="Allow sandbox access"
              description="The environment may create sandboxes, for example to execute code that the model writes."
            />
            <SwitchEntry
              form={form}
              field="allowInstancesAccess"
              label="Allow instances access"
              description="The environment may start and stop compute instances in your account."
            />
            <SwitchEntry
              form={form}
              field="allowTunnelAccess"
              label="Allow tunnel access"
              description="The environment may open tunnels, through which services inside the run can be reached from outside."
            />
            {isRemote && <p className="text-muted-foreground text-xs">The platform shown here decides what these permissions give.</p>}
          </CardBody>
        </Card>
        <AdvancedFields form={form} />
      </div>
      <div className="min-w-0 lg:sticky lg:top-6">
        <LaunchSummary target={target} version={version} draft={draft} model={model} problems={shown.length} isPending={isPending} />
      </div>
    </form>
  )
}

const names: Record<string, string> = {
  "": "",
  model: "Model",
  name: "Display name",
  numExamples: "Number of examples",
  rolloutsPerExample: "Rollouts per example",
  args: "Environment arguments",
  temperature: "Temperature",
  maxTokens: "Max tokens",
  samplingJson: "More sampling parameters",
  timeoutMinutes: "Timeout",
  maxConcurrent: "Max concurrent",
  maxRetries: "Retries",
  maxCostUsd: "Budget",
  maxTotalTokens: "Token budget",
  stateColumns: "State columns",
  extraEnvKwargs: "Extra environment kwargs",
  apiBaseUrl: "Base URL",
  apiKeyVar: "Key variable",
  apiClientType: "Client type",
  headers: "Headers",
  onRolloutException: "When a rollout raises an exception",
  allowSandboxAccess: "Allow sandbox access",
  allowInstancesAccess: "Allow instances access",
  allowTunnelAccess: "Allow tunnel access",
  independentScoring: "Independent scoring",
  verbose: "Verbose log",
  secrets: "One-off secrets",
}

/** What the link that led here has changed. */
function Changed({ fields, draft }: { fields: string[]; draft: LaunchDraft }) {
  return (
    <div role="note" className="flex items-start gap-2 rounded-lg border border-accent/50 bg-accent/8 px-4 py-2.5 text-sm">
      <Wrench aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
      <p className="break-anywhere min-w-0">
        Otherwise than in that run:{" "}
        {fields.map((field, i) => (
          <span key={field}>
            {i > 0 && ", "}
            <button type="button" onClick={() => focusField(field)} className="font-medium underline underline-offset-2">
              {changedName(field, draft)}
            </button>
          </span>
        ))}
        . Look at it, then start the run.
      </p>
    </div>
  )
}

function changedName(field: string, draft: LaunchDraft): string {
  const [first = "", id] = field.split(".")
  if (first === "secrets") return `the secret ${draft.secrets.find((secret) => String(secret.id) === id)?.name || "that is new"}`
  return names[first] ?? first
}

function Problems({ problems }: { problems: DraftProblem[] }) {
  if (problems.length === 0) return null
  return (
    <div id="launch-problems" role="alert" tabIndex={-1} className="rounded-lg border border-danger bg-danger/8 px-4 py-3 text-sm">
      <p className="flex items-center gap-2 font-medium text-danger">
        <CircleAlert aria-hidden className="size-4 shrink-0" />
        The run was not started.
      </p>
      <ul className="mt-1.5 flex flex-col gap-1 pl-6">
        {problems.map(({ field, message }) => {
          const [first = "", second = ""] = field.split(".")
          const name = first === "args" && second ? field.slice("args.".length) : (names[first] ?? first)
          return (
            <li key={`${field} ${message}`} className="break-anywhere">
              {field !== "" && (
                <>
                  <button type="button" onClick={() => focusField(field)} className="font-medium underline underline-offset-2">
                    {name}
                  </button>
                  {": "}
                </>
              )}
              {message}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function Remark({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-lg border border-warning/50 bg-warning/8 px-4 py-2.5 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <span>{children}</span>
    </p>
  )
}
