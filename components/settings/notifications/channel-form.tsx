"use client"

import { type FormEvent, useState } from "react"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { NameField } from "@/components/ui/form/name-field.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import type { ChannelKind, CreateChannelRequest, CreatedChannel } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import type { ActionResult } from "@/lib/form-action.ts"
import { useWrite } from "@/lib/use-write.ts"
import { addChannel } from "./actions.ts"
import { subscribe } from "./subscribe.ts"

interface ChannelFormProps {
  offersEmail: boolean
  pushKey: string
  onMade: (made: CreatedChannel) => void
  onClose: () => void
}

const kinds: { kind: ChannelKind; label: string }[] = [
  { kind: "webhook", label: "Webhook: a program of yours is called" },
  { kind: "email", label: "E-mail" },
  { kind: "slack", label: "Slack, Mattermost or what is compatible" },
  { kind: "push", label: "This browser, also with every window closed" },
]

const hints: Record<ChannelKind, string> = {
  webhook: "Messages are posted there as JSON, signed as Standard Webhooks says.",
  slack: "The address of an incoming webhook, as Slack and others give it. It is stored encrypted.",
  email: "It is sent a code, and nothing else until you have entered that here.",
  push: "Adding it asks the browser for its permission.",
}

/** Adds a way to reach a person. */
export function ChannelForm({ offersEmail, pushKey, onMade, onClose }: ChannelFormProps) {
  const [kind, setKind] = useState<ChannelKind>("webhook")
  const [name, setName] = useState("")
  const [address, setAddress] = useState("")
  const { run, isPending, refusal, clear } = useWrite()
  const problemOf = (...fields: string[]) => refusal?.problems.find(({ field }) => fields.includes(field))?.message
  const addressProblem = problemOf("url", "address")
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    run(async (): Promise<ActionResult<CreatedChannel>> => {
      try {
        return await addChannel(await requestOf(kind, name.trim(), address.trim(), pushKey))
      } catch (error) {
        return { ok: false, message: error instanceof Error ? error.message : String(error), problems: [] }
      }
    }, onMade)
  }
  return (
    <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
      <Field label="Kind" hint={hints[kind]}>
        {(control) => (
          <Select
            {...control}
            value={kind}
            onChange={({ target }) => {
              clear()
              setKind(target.value as ChannelKind)
            }}
          >
            {kinds.map((one) => (
              <option key={one.kind} value={one.kind} disabled={one.kind === "email" && !offersEmail}>
                {one.kind === "email" && !offersEmail ? "E-mail: the operator has set no mail server" : one.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <NameField
        value={name}
        max={limits.channelNameCharactersMax}
        error={problemOf("name")}
        hint="So that you can tell it from others."
        onChange={(value) => {
          clear()
          setName(value)
        }}
      />
      {kind !== "push" && (
        <Field label="Address" error={addressProblem}>
          {(control) => (
            <Input
              {...control}
              required
              type={kind === "email" ? "email" : "url"}
              placeholder={
                kind === "email" ? "you@example.com" : kind === "slack" ? "https://hooks.slack.com/services/…" : "https://example.com/hook"
              }
              autoComplete="off"
              spellCheck={false}
              value={address}
              onChange={({ target }) => {
                clear()
                setAddress(target.value)
              }}
            />
          )}
        </Field>
      )}
      <div role="alert">{refusal && !addressProblem && !problemOf("name") && <FieldError>{refusal.message}</FieldError>}</div>
      <FormButtons onCancel={onClose} pending={isPending}>
        Add
      </FormButtons>
    </form>
  )
}

async function requestOf(kind: ChannelKind, name: string, address: string, pushKey: string): Promise<CreateChannelRequest> {
  switch (kind) {
    case "webhook":
    case "slack":
      return { kind, name, url: address }
    case "email":
      return { kind, name, address }
    case "push":
      return { kind, name, subscription: await subscribe(pushKey) }
  }
}
