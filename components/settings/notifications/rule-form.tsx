"use client"

import { type FormEvent, useId, useState } from "react"
import { Checkbox } from "@/components/ui/form/checkbox.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import type { NotificationChannel, NotificationEvent } from "@/contract/index.ts"
import { useWrite } from "@/lib/use-write.ts"
import { addRule } from "./actions.ts"
import { eventWords, kindLabels } from "./words.ts"

export interface RuleFormProps {
  channels: readonly NotificationChannel[]
  teams: readonly { id: string; name: string }[]
  /** Names of environments, to choose from: owner/name. */
  environments: readonly string[]
  /** The environment that the reader comes from: owner/name. */
  about: string | null
  onClose: () => void
}

const events = Object.keys(eventWords) as NotificationEvent[]
const environmentPattern = /^([^\s/]+)\/([^\s/]+)$/

/** Says what a person wants to be told, about what, and where. */
export function RuleForm({ channels, teams, environments, about: from, onClose }: RuleFormProps) {
  const [chosen, setChosen] = useState<readonly NotificationEvent[]>(["failed", "regressed"])
  const [about, setAbout] = useState(from ? "environment" : "own")
  const [environment, setEnvironment] = useState(from ?? "")
  const [channel, setChannel] = useState("")
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const list = useId()
  const isEnvironment = about === "environment"
  const offered = events.filter((event) => !(isEnvironment && event === "budget"))
  const wanted = offered.filter((event) => chosen.includes(event))
  const [, owner, name] = environmentPattern.exec(environment.trim()) ?? []
  const named = owner && name ? { owner, name } : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (isPending || wanted.length === 0 || (isEnvironment && !named)) return
    const team = about.startsWith("team:") ? { team_id: about.slice("team:".length) } : {}
    run(
      () => addRule({ events: wanted, ...team, ...(channel ? { channel_id: channel } : {}) }, isEnvironment ? named : null),
      () => onClose(),
    )
  }
  return (
    <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
      <Field label="About">
        {(control) => (
          <Select
            {...control}
            value={about}
            onChange={({ target }) => {
              clear()
              setAbout(target.value)
            }}
          >
            <option value="own">What I launch</option>
            {teams.map(({ id, name: team }) => (
              <option key={id} value={`team:${id}`}>
                Everything of the team {team}
              </option>
            ))}
            <option value="environment">An environment</option>
          </Select>
        )}
      </Field>
      {isEnvironment && (
        <Field
          label="Environment"
          hint="Evaluations of it that you may see, whoever launched them."
          error={isTried && !named ? "Name it as owner/name." : undefined}
        >
          {(control) => (
            <>
              <Input
                {...control}
                list={list}
                className="font-mono text-xs"
                placeholder="owner/name"
                autoComplete="off"
                spellCheck={false}
                value={environment}
                onChange={({ target }) => {
                  clear()
                  setEnvironment(target.value)
                }}
              />
              <datalist id={list}>
                {environments.map((one) => (
                  <option key={one} value={one} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      )}
      <fieldset className="flex min-w-0 flex-col gap-2">
        <legend className="mb-1 font-medium text-sm">Tell me when</legend>
        {offered.map((event) => (
          <Checkbox
            key={event}
            id={`${list}-${event}`}
            label={eventWords[event].label}
            description={eventWords[event].note}
            checked={chosen.includes(event)}
            onChange={({ target }) => setChosen(target.checked ? [...chosen, event] : chosen.filter((one) => one !== event))}
          />
        ))}
        {isTried && wanted.length === 0 && <FieldError>Choose at least one.</FieldError>}
      </fieldset>
      <Field label="Where">
        {(control) => (
          <Select {...control} value={channel} onChange={({ target }) => setChannel(target.value)}>
            <option value="">On all of my channels</option>
            {channels.map(({ id, name: label, kind }) => (
              <option key={id} value={id}>
                {label} ({kindLabels[kind]})
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div role="alert">{refusal && <FieldError>{refusal.message}</FieldError>}</div>
      <FormButtons onCancel={onClose} pending={isPending}>
        Add
      </FormButtons>
    </form>
  )
}
