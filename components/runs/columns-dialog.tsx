"use client"

import { useQueries } from "@tanstack/react-query"
import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Checkbox } from "@/components/ui/form/checkbox.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { readRunColumn } from "@/contract/lists/column-names.ts"
import { runFields } from "@/contract/run-config.ts"
import { isActive } from "@/contract/run-states.ts"
import { get } from "@/lib/api/browser.ts"
import { metricLabel } from "@/lib/format.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"

const freshMs = 60_000
/** Metrics are offered as they are in the newest runs of this many environments. */
const environmentsAsked = 3

interface ColumnsDialogProps {
  runs: readonly Evaluation[]
  columns: readonly string[]
  onChange: (columns: string[]) => void
  onClose: () => void
}

/** The values of the configuration that a run may have, by their paths. */
const configured = Object.entries(runFields).flatMap(([name, field]) => {
  const place = "in" in field ? field.in : undefined
  if (place === "request") return []
  return [{ value: `config:${place ? `${place}.` : ""}${name}`, label: field.label }]
})

/** Chooses the columns beside the usual ones: metrics, values of the configuration, and others by their names. */
export function ColumnsDialog({ runs, columns, onChange, onClose }: ColumnsDialogProps) {
  const [chosen, setChosen] = useState(columns)
  const [other, setOther] = useState("")
  const metrics = useMetrics(runs)
  const offered = new Set([...metrics, ...configured].map(({ value }) => value))
  const others = chosen.filter((value) => !offered.has(value)).map((value) => ({ value, label: readRunColumn(value)?.name ?? value }))
  const isFull = chosen.length >= limits.listColumnsMax
  const toggle = (value: string, isOn: boolean) => setChosen(isOn ? [...chosen, value] : chosen.filter((one) => one !== value))
  const add = (event: FormEvent) => {
    event.preventDefault()
    const name = other.trim()
    if (name === "" || isFull) return
    const value = readRunColumn(name) ? name : `config:${name}`
    setChosen([...new Set([...chosen, value])])
    setOther("")
  }
  const boxes = (title: string, choices: readonly { value: string; label: string }[]) =>
    choices.length > 0 && (
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 text-2xs text-muted-foreground">{title}</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {choices.map(({ value, label }) => (
            <Checkbox
              key={value}
              label={label}
              checked={chosen.includes(value)}
              disabled={isFull && !chosen.includes(value)}
              onChange={(event) => toggle(value, event.target.checked)}
            />
          ))}
        </div>
      </fieldset>
    )
  return (
    <Dialog
      open
      onClose={onClose}
      size="md"
      title="Columns"
      description={`At most ${limits.listColumnsMax} beside the usual ones.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            onClick={() => {
              onChange([...chosen])
              onClose()
            }}
          >
            Show
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {boxes("Means of metrics", metrics)}
        {boxes("Configuration", configured)}
        {boxes("Others", others)}
        <form onSubmit={add} className="flex items-end gap-2">
          <Field label="Another one" hint="A path in the configuration, such as env_args.difficulty, or metric:name." className="grow">
            {(control) => <Input {...control} value={other} autoComplete="off" onChange={(event) => setOther(event.target.value)} />}
          </Field>
          <Button type="submit" disabled={isFull}>
            Add
          </Button>
        </form>
      </div>
    </Dialog>
  )
}

/** The metrics of some of the runs: the newest that has ended of each environment. */
function useMetrics(runs: readonly Evaluation[]): { value: string; label: string }[] {
  const newest = new Map(
    runs
      .toReversed()
      .flatMap((run) => (isActive(run.status) || run.avg_score === null ? [] : [[run.environment_names?.[0], run.evaluation_id]])),
  )
  const read = useQueries({
    queries: [...newest.values()].slice(-environmentsAsked).map((id) => ({
      queryKey: queryKeys.statistics(id as string),
      queryFn: () => get("/evaluations/{evaluation_id}/statistics", { evaluation_id: id as string }),
      staleTime: freshMs,
    })),
  })
  const names = new Set(read.flatMap(({ data }) => data?.metrics.map(({ name }) => name) ?? []))
  return [...names].sort().map((name) => ({ value: `metric:${name}`, label: metricLabel(name) }))
}
