"use client"

import { unstable_rethrow } from "next/navigation"
import { type FormEvent, useEffect, useRef, useTransition } from "react"
import { flushSync } from "react-dom"
import { type FieldPath, useWatch } from "react-hook-form"
import type { CreateHostedEvaluationRequest } from "@/contract/index.ts"
import type { ActionResult } from "@/lib/form-action.ts"
import { focusField, placeProblems, problemsIn, refusalType } from "./launch-problems.ts"
import type { LaunchProblem, LaunchValues } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { toRequest } from "./launch-values.ts"
import type { LaunchFormState } from "./use-launch-form.ts"

export type Launch = (request: CreateHostedEvaluationRequest) => Promise<ActionResult<never>>

/** Random, and available on plain http too, where crypto.randomUUID is not. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

/** Starts the form's run, once however often it is submitted, and shows at the fields why it was refused. */
export function useLaunch(state: LaunchFormState, target: LaunchTarget, model: string, launch: Launch) {
  const { form, forget, keep } = state
  const [isPending, startTransition] = useTransition()
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

  /** The request, under the key of the one before it if nothing has changed since: that one may have arrived although its answer did not. */
  const requestOf = (sent: LaunchValues): CreateHostedEvaluationRequest => {
    const request = JSON.stringify(toRequest(sent, target, model))
    if (sentBefore.current?.request !== request) sentBefore.current = { key: newKey(), request }
    return toRequest(sent, target, model, sentBefore.current.key)
  }

  const send = async (sent: LaunchValues) => {
    forget()
    let refused: LaunchProblem[]
    try {
      const answer = await launch(requestOf(sent))
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
      for (const { field, message } of refused)
        form.setError((field || "root.refusal") as FieldPath<LaunchValues>, { type: refusalType, message })
    })
    requestAnimationFrame(() => focusField(refused[0]?.field ?? ""))
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    if (isSending.current) {
      event.preventDefault()
      return
    }
    void form.handleSubmit(
      (valid) => {
        if (isSending.current) return
        isSending.current = true
        startTransition(() => send(valid))
      },
      (errors) => {
        // The messages are rendered before the focus moves to the first of them.
        requestAnimationFrame(() => focusField(problemsIn(errors)[0]?.field ?? ""))
      },
    )(event)
  }
  return { submit, isPending }
}
