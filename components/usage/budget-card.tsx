"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { ProgressBar } from "@/components/ui/progress-bar.tsx"
import type { Budget } from "@/contract/index.ts"
import { formatMoney } from "@/lib/format.ts"
import { useWrite } from "@/lib/use-write.ts"
import { changeBudget } from "./actions.ts"
import { amountOf, amountRule } from "./amount.ts"

/** What the account may spend this month, and how much of it is gone. */
export function BudgetCard({ budget }: { budget: Budget }) {
  const known = budget.monthly_usd === null ? "" : String(budget.monthly_usd)
  const [text, setText] = useState(known)
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const amount = amountOf(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (amount === undefined || isPending) return
    run(
      () => changeBudget(budget.team_id, amount),
      () => toast({ title: amount === null ? "The budget was removed" : "The budget was changed", tone: "success" }),
    )
  }
  const error = isTried && amount === undefined ? amountRule : refusal?.message
  const spent = formatMoney(budget.spent_usd)
  const isUsedUp = budget.monthly_usd !== null && budget.spent_usd >= budget.monthly_usd
  return (
    <Card aria-labelledby="budget">
      <CardHeader id="budget" title="Monthly budget" />
      <CardBody className="grid grid-cols-1 gap-x-8 gap-y-4 md:grid-cols-2">
        <div className="flex flex-col gap-2 text-sm">
          {budget.monthly_usd === null ? (
            <p>{`${spent} spent in ${monthName(budget.month)}. There is no budget.`}</p>
          ) : (
            <>
              <p className={isUsedUp ? "text-danger" : undefined}>
                {`${spent} of ${formatMoney(budget.monthly_usd)} spent in ${monthName(budget.month)}${isUsedUp ? ": the budget is used up" : ""}.`}
              </p>
              <ProgressBar
                label="Share of the budget that is spent"
                value={Number(Math.min(budget.spent_usd, budget.monthly_usd).toFixed(4))}
                max={Math.max(budget.monthly_usd, 0.0001)}
              />
            </>
          )}
          <p className="text-muted-foreground text-xs">
            When it is used up, runs that cost something are stopped and keep what they have done, and new ones are refused until the next
            month begins (UTC) or the budget is raised. Runs of free models continue.
          </p>
        </div>
        {budget.may_change ? (
          <form noValidate onSubmit={submit}>
            <Field label="US dollars per month" error={error} hint={error === amountRule ? undefined : amountRule}>
              {(control) => (
                <span className="flex gap-2">
                  <Input
                    {...control}
                    value={text}
                    autoComplete="off"
                    inputMode="decimal"
                    placeholder="no budget"
                    className="tabular"
                    onChange={(event) => {
                      if (refusal) clear()
                      setText(event.target.value)
                    }}
                  />
                  <Button type="submit" pending={isPending} disabled={text.trim() === known} className="max-lg:h-9">
                    Change
                  </Button>
                </span>
              )}
            </Field>
          </form>
        ) : (
          <p className="text-muted-foreground text-sm">Admins of the team can change it.</p>
        )}
      </CardBody>
    </Card>
  )
}

const monthName = (month: string): string =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" })
