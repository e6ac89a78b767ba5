"use client"

import { unstable_rethrow } from "next/navigation"
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react"
import { flushSync } from "react-dom"
import { type FieldPath, useWatch } from "react-hook-form"
import type { CreateHostedEvaluationRequest, LaunchSuiteRequest } from "@/contract/index.ts"
import { pilotTag } from "@/contract/lists/run-marks.ts"
import type { ActionResult } from "@/lib/form-action.ts"
import { focusField, placeProblems, problemsIn, refusalType } from "./launch-problems.ts"
import type { LaunchProblem, LaunchValues } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { toRequest } from "./launch-values.ts"
import { pilotValues } from "./plan/pilot.ts"
import type { LaunchFormState } from "./use-launch-form.ts"

/** What starts runs. Each leads to another page, and returns only when it was refused. */
export interface Launching {
  launch: (request: CreateHostedEvaluationRequest, isPilot: boolean) => Promise<ActionResult<never>>
  /** One run of each of several models; null on platforms that do not offer it. */
  launchSuite: ((request: LaunchSuiteRequest) => Promise<ActionResult<never>>) | null
}

/** Random, and available on plain http too, where crypto.randomUUID is not. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

/** Starts the form's run, once however often it is submitted, and shows at the fields why it was refused. */
export function useLaunch(state: LaunchFormState, target: LaunchTarget, models: readonly string[], { launch, launchSuite }: Launching) {
  const { form, forget, keep } = state
  const [isPending, startTransition] = useTransition()
  const [isPilot, setIsPilot] = useState(false)
  const isSending = useRef(false)
  const sentBefore = useRef<{ key: string; request: string } | null>(null)
  const values = useWatch({ control: form.control }) as LaunchValues

  // A change may settle what is wrong elsewhere: the key of an endpoint is the name of a secret, and no two secrets share a name.
  useEffect(() => {
    if (values === undefined) return
    form.clearErrors("root")
    const wrong = problemsIn(form.formState.errors).filter(({ field, isRefusal }) => field !== "" && !isRefusal)
    if (wrong.length > 0) void form.trigger(wrong.map(({ field }) => field as FieldPath<LaunchValues>))
  }, [form, values])

  /** The key of the request before it if nothing has changed since: that one may have arrived although its answer did not. */
  const keyOf = (request: object): string => {
    const text = JSON.stringify([request, models])
    if (sentBefore.current?.request !== text) sentBefore.current = { key: newKey(), request: text }
    return sentBefore.current.key
  }

  const start = (sent: LaunchValues, isPilot: boolean): Promise<ActionResult<never>> => {
    const request = toRequest(isPilot ? pilotValues(sent) : sent, target, models[0] as string)
    if (isPilot) request.tags = [pilotTag]
    const keyed = { ...request, idempotency_key: keyOf(request) }
    if (models.length === 1 || !launchSuite) return launch(keyed, isPilot)
    const { environment_ids, inference_model, ...shared } = keyed
    return launchSuite({ ...shared, environment_id: target.id, inference_models: [...models] })
  }

  const send = async (sent: LaunchValues, isPilot: boolean) => {
    // After a pilot the form is wanted again.
    if (!isPilot) forget()
    let refused: LaunchProblem[]
    try {
      const answer = await start(sent, isPilot)
      // Success redirects to another page, so there is no return value.
      if (!answer || answer.ok) return
      refused = answer.problems.length > 0 ? placeProblems(answer.problems, sent, target) : [{ field: "", message: answer.message }]
    } catch (error) {
      unstable_rethrow(error)
      refused = [{ field: "", message: "The platform could not be reached. Nothing that you entered is lost; try again." }]
    }
    isSending.current = false
    keep()
    flushSync(() => {
      const messages = new Map<string, string>()
      for (const { field, message } of refused) messages.set(field, [messages.get(field), message].filter(Boolean).join(" "))
      for (const [field, message] of messages)
        form.setError((field || "root.refusal") as FieldPath<LaunchValues>, { type: refusalType, message })
    })
    requestAnimationFrame(() => focusField(refused[0]?.field ?? ""))
  }

  const begin = (isPilot: boolean) => (event?: FormEvent<HTMLFormElement>) => {
    if (isSending.current) {
      event?.preventDefault()
      return
    }
    void form.handleSubmit(
      (valid) => {
        if (isSending.current) return
        isSending.current = true
        setIsPilot(isPilot)
        startTransition(() => send(valid, isPilot))
      },
      (errors) => {
        // The messages are rendered before the focus moves to the first of them.
        requestAnimationFrame(() => focusField(problemsIn(errors)[0]?.field ?? ""))
      },
    )(event)
  }
  return { submit: begin(false), pilot: () => begin(true)(), pending: isPending ? (isPilot ? "pilot" : "run") : null } as const
}
