"use client"

import { Plus } from "lucide-react"
import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { HostedEvalConfig, ScheduleBaseline, ScheduleTime } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { createSchedule } from "./actions.ts"
import { weekdays } from "./schedule-words.ts"

/** A configuration to begin with: that of a run, or a preset, which has no model. */
export interface ScheduleConfig {
  label: string
  model: string
  config: HostedEvalConfig
}

/** Fields whose problems are told beside them. */
const shown = new Set(["name", "inference_model", "time", "time_zone", "max_cost_usd", "team_id"])

interface AddScheduleProps {
  owner: string
  name: string
  configs: readonly ScheduleConfig[]
  /** Teams for which the reader may launch. */
  teams: readonly { teamId: string; name: string }[]
  /** Whether there is no schedule yet, and adding one is what the page is for. */
  isFirst: boolean
}

/** The button that opens the form of a new schedule. */
export function AddSchedule({ isFirst, ...props }: AddScheduleProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button {...(isFirst ? { variant: "primary" } : { size: "sm" })} onClick={() => setIsOpen(true)}>
        <Plus aria-hidden />
        Add a schedule
      </Button>
      {isOpen && <ScheduleDialog {...props} onClose={() => setIsOpen(false)} />}
    </>
  )
}

function ScheduleDialog({ owner, name, configs, teams, onClose }: Omit<AddScheduleProps, "isFirst"> & { onClose: () => void }) {
  const [chosen, setChosen] = useState(0)
  const [model, setModel] = useState(configs[0]?.model ?? "")
  const [kind, setKind] = useState<ScheduleTime["kind"]>("daily")
  const { run: write, isPending, refusal } = useWrite()
  const zones = Intl.supportedValuesOf("timeZone")
  const problemOf = (field: string) => refusal?.problems.find((problem) => problem.field.split(".").at(-1) === field)?.message
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (field: string) => String(form.get(field) ?? "").trim()
    const begun = configs[chosen]
    if (!begun) return
    // Their values are not kept.
    const { custom_secrets: _, ...config } = begun.config
    const budget = text("budget")
    const clock = { time: text("time"), time_zone: text("zone") }
    const when: ScheduleTime =
      kind === "version" ? { kind } : kind === "daily" ? { kind, ...clock } : { kind, weekday: Number(text("weekday")), ...clock }
    write(
      () =>
        createSchedule(owner, name, {
          name: text("name"),
          team_id: text("team") || null,
          inference_model: model.trim(),
          eval_config: { ...config, max_cost_usd: budget === "" ? null : Number(budget) },
          when,
          baseline: text("baseline") as ScheduleBaseline,
        }),
      onClose,
    )
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a schedule"
      description="Launches a run at its time, of the version that is the newest then."
      size="md"
    >
      <form onSubmit={submit} className="flex flex-col gap-3 pb-1">
        <Field label="Name" error={problemOf("name")}>
          {(control) => <Input {...control} name="name" required maxLength={limits.presetNameCharactersMax} autoFocus />}
        </Field>
        <Field label="Configuration" hint="Of your last runs and your presets. To change one, run or save it with the launch form first.">
          {(control) => (
            <Select
              {...control}
              value={chosen}
              onChange={(event) => {
                const next = Number(event.target.value)
                setChosen(next)
                setModel(configs[next]?.model || model)
              }}
            >
              {configs.map(({ label }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change while the dialog is open
                <option key={i} value={i}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Model" error={problemOf("inference_model")}>
          {(control) => (
            <Input {...control} value={model} onChange={(event) => setModel(event.target.value)} required className="font-mono" />
          )}
        </Field>
        {teams.length > 0 && (
          <Field label="Account" hint="Whose runs these are, and who pays for them." error={problemOf("team_id")}>
            {(control) => (
              <Select {...control} name="team">
                <option value="">My own account</option>
                {teams.map(({ teamId, name: team }) => (
                  <option key={teamId} value={teamId}>
                    {team}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label="When">
            {(control) => (
              <Select {...control} value={kind} onChange={(event) => setKind(event.target.value as ScheduleTime["kind"])}>
                <option value="daily">Every day</option>
                <option value="weekly">Every week</option>
                <option value="version">With each published version</option>
              </Select>
            )}
          </Field>
          {kind === "weekly" && (
            <Field label="Day">
              {(control) => (
                <Select {...control} name="weekday">
                  {weekdays.map((day, i) => (
                    <option key={day} value={i + 1}>
                      {day}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
          {kind !== "version" && (
            <>
              <Field label="Time" error={problemOf("time")}>
                {(control) => <Input {...control} type="time" name="time" defaultValue="06:00" required />}
              </Field>
              <Field label="Time zone" error={problemOf("time_zone")}>
                {(control) => (
                  <Select {...control} name="zone" defaultValue={Intl.DateTimeFormat().resolvedOptions().timeZone}>
                    {[...new Set(["UTC", ...zones])].map((zone) => (
                      <option key={zone}>{zone}</option>
                    ))}
                  </Select>
                )}
              </Field>
            </>
          )}
          <Field label="Budget of each run" note="US dollars, optional" error={problemOf("max_cost_usd")}>
            {(control) => (
              <Input
                {...control}
                type="number"
                name="budget"
                min="0.01"
                step="any"
                inputMode="decimal"
                key={chosen}
                defaultValue={configs[chosen]?.config.max_cost_usd ?? ""}
              />
            )}
          </Field>
          <Field label="Compare with">
            {(control) => (
              <Select {...control} name="baseline">
                <option value="pinned">The pinned run</option>
                <option value="previous">The run before</option>
                <option value="none">Nothing</option>
              </Select>
            )}
          </Field>
        </div>
        {refusal && !refusal.problems.some(({ field }) => shown.has(field.split(".").at(-1) ?? "")) && (
          <FieldError>{refusal.message}</FieldError>
        )}
        <FormButtons onCancel={onClose} pending={isPending}>
          Add
        </FormButtons>
      </form>
    </Dialog>
  )
}
