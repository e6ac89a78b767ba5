"use client"

import { type FormEvent, useState } from "react"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Spender } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"
import { changeLimits, type LimitOf } from "./actions.ts"
import { amountOf, amountRule } from "./amount.ts"

const runsRule = `A whole number from 0 to ${limits.runsAtOnceMax.toLocaleString("en-US")}, or nothing for no limit.`

/** The typed number of runs; null for none, undefined for text that is no such number. */
function runsOf(text: string): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === "") return null
  return /^\d{1,5}$/.test(trimmed) && Number(trimmed) <= limits.runsAtOnceMax ? Number(trimmed) : undefined
}

const textOf = (value: number | null): string => (value === null ? "" : String(value))

interface LimitsDialogProps {
  spender: Spender
  /** Whose limits these are. */
  of: LimitOf
  onClose: () => void
}

/** Changes what a person or a team may spend in a month, and run at once. */
export function LimitsDialog({ spender, of, onClose }: LimitsDialogProps) {
  const [money, setMoney] = useState(textOf(spender.limit.monthly_usd))
  const [runs, setRuns] = useState(textOf(spender.limit.runs_at_once))
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const [usd, atOnce] = [amountOf(money), runsOf(runs)]
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (isPending || usd === undefined || atOnce === undefined) return
    run(
      () => changeLimits(of, { monthly_usd: usd, runs_at_once: atOnce }),
      () => {
        toast({ title: `The limits of ${isolated(spender.name)} were changed`, tone: "success" })
        onClose()
      },
    )
  }
  const edit = (set: (text: string) => void) => (event: { target: { value: string } }) => {
    if (refusal) clear()
    set(event.target.value)
  }
  return (
    <Dialog open onClose={onClose} title={`Limits of ${isolated(spender.name)}`} description={aboutOf(of)}>
      <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
        <Field label="US dollars per month" error={isTried && usd === undefined ? amountRule : null} hint={amountRule}>
          {(control) => (
            <Input
              {...control}
              value={money}
              autoComplete="off"
              inputMode="decimal"
              placeholder="no limit"
              className="tabular"
              onChange={edit(setMoney)}
            />
          )}
        </Field>
        <Field
          label="Runs at once"
          error={isTried && atOnce === undefined ? runsRule : null}
          hint="Queued and under way. A launch beyond it is refused."
        >
          {(control) => (
            <Input
              {...control}
              value={runs}
              autoComplete="off"
              inputMode="numeric"
              placeholder="no limit"
              className="tabular"
              onChange={edit(setRuns)}
            />
          )}
        </Field>
        {refusal && <FieldError>{refusal.message}</FieldError>}
        <FormButtons onCancel={onClose} pending={isPending}>
          Change
        </FormButtons>
      </form>
    </Dialog>
  )
}

function aboutOf({ team_id, user_id }: LimitOf): string {
  if (!user_id) return "For everything that is launched for the team."
  return team_id
    ? "For what this person launches for the team, within the limits of the team."
    : "For everything that this person launches, on their own account and for teams."
}
