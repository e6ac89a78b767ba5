"use client"

import { Plus } from "lucide-react"
import dynamic from "next/dynamic"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { RefreshWhile } from "@/components/ui/refresh-while.tsx"
import { Section } from "@/components/ui/section.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { ModelProvider, ReadyMadeProvider } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"
import { changeProvider, removeProvider } from "./actions.ts"
import { ProviderStanding } from "./provider-standing.tsx"

const ProviderForm = dynamic(() => import("./provider-form.tsx").then((module) => module.ProviderForm), {
  ssr: false,
  loading: () => <Spinner label="Loading the form" />,
})

interface ProvidersProps {
  providers: readonly ModelProvider[]
  readyMade: readonly ReadyMadeProvider[]
  teamId: string | null
  /** Whether the person may change them: of a team, its owners and editors. */
  canManage: boolean
}

/** The providers of a person or a team, each changed, switched off and deleted in its row. */
export function Providers({ providers, readyMade, teamId, canManage }: ProvidersProps) {
  const [editing, setEditing] = useState<ModelProvider | "new" | null>(null)
  const [leaving, setLeaving] = useState<ModelProvider | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const remove = () => {
    if (!leaving) return
    run(
      () => removeProvider(leaving.id),
      () => {
        setLeaving(null)
        toast({ title: `${isolated(leaving.name)} was deleted`, tone: "success" })
      },
    )
  }
  return (
    <Section
      id="providers"
      title={teamId ? "The team's providers" : "Your providers"}
      note={teamId ? "for runs of the team, by all of its members" : "for your own runs alone"}
      action={
        canManage ? (
          <Button size="sm" onClick={() => setEditing("new")}>
            <Plus aria-hidden />
            Add a provider
          </Button>
        ) : undefined
      }
    >
      {providers.length === 0 ? (
        <p className="max-w-prose text-muted-foreground text-sm">
          None yet. Add one with a key of your own, or any server that speaks OpenAI&rsquo;s API; its models are then there to choose for a
          run.
        </p>
      ) : (
        <ul className="-mt-2.5">
          <RefreshWhile active={providers.some(({ is_on: isOn, state }) => isOn && Boolean(state.is_starting))} />
          {providers.map((provider) => (
            <ProviderRow
              key={provider.id}
              provider={provider}
              canManage={canManage}
              onEdit={() => setEditing(provider)}
              onRemove={() => {
                clear()
                setLeaving(provider)
              }}
            />
          ))}
        </ul>
      )}
      <Dialog
        open={editing !== null}
        onClose={() => setEditing(null)}
        size="md"
        title={editing === "new" || editing === null ? "Add a provider" : <bdi>{editing.name}</bdi>}
      >
        {editing !== null && (
          <ProviderForm
            provider={editing === "new" ? null : editing}
            readyMade={readyMade}
            teamId={teamId}
            onClose={() => setEditing(null)}
          />
        )}
      </Dialog>
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={remove}
        title="Delete this provider?"
        confirmLabel="Delete"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          <strong className="font-medium text-foreground">
            <bdi>{leaving?.name}</bdi>
          </strong>{" "}
          and its key are deleted, and its models are gone. This cannot be undone.
          {leaving && leaving.state.active_runs > 0 && ` ${runsText(leaving.state.active_runs)} use its models and will fail.`}
        </p>
      </ConfirmDialog>
    </Section>
  )
}

const runsText = (count: number): string => (count === 1 ? "One run that is under way may" : `${count} runs that are under way may`)

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)

/** "60 a minute, 4 at once": the limits of a provider, and what they hold up. */
function limitsText({ requests_per_minute: perMinute, concurrency, state }: ModelProvider): string {
  const bounds = [...(perMinute === null ? [] : [`${perMinute} a minute`]), ...(concurrency === null ? [] : [`${concurrency} at once`])]
  if (bounds.length === 0) return "no limits"
  const now = [...(state.under_way > 0 ? [`${state.under_way} under way`] : []), ...(state.waiting > 0 ? [`${state.waiting} waiting`] : [])]
  return [bounds.join(", "), ...now].join(" · ")
}

const keyText = (end: string | null): string => (end === null ? "no key" : end === "" ? "with a key" : `key …${end}`)

interface ProviderRowProps {
  provider: ModelProvider
  canManage: boolean
  onEdit: () => void
  onRemove: () => void
}

function ProviderRow({ provider, canManage, onEdit, onRemove }: ProviderRowProps) {
  const { run, isPending, refusal } = useWrite()
  const { name, slug, base_url, is_on: isOn, state } = provider
  return (
    <li className="flex min-h-9 min-w-0 flex-wrap items-center gap-x-4 gap-y-0.5 border-b py-1.5 text-sm">
      <span className={cn("flex min-w-0 flex-1 basis-48 items-baseline gap-2", !isOn && "text-muted-foreground")}>
        <bdi className="truncate font-medium" title={name}>
          {name}
        </bdi>
        <span className="truncate font-mono text-muted-foreground text-xs">{slug}/</span>
      </span>
      <span className="min-w-0 flex-1 basis-48 truncate text-muted-foreground text-xs" title={base_url}>
        {hostOf(base_url)} · {keyText(provider.key_end)}
      </span>
      <ProviderStanding
        models={state.models}
        error={state.error}
        isStarting={isOn && Boolean(state.is_starting)}
        isOn={isOn}
        className="flex-1 basis-40"
      />
      <span className="tabular min-w-0 flex-1 basis-32 text-muted-foreground text-xs">{limitsText(provider)}</span>
      {canManage && (
        <span className="ml-auto flex shrink-0 items-center">
          <Button
            variant="ghost"
            size="sm"
            pending={isPending}
            aria-label={`Switch ${name} ${isOn ? "off" : "on"}`}
            onClick={() =>
              run(
                () => changeProvider(provider.id, { is_on: !isOn }),
                () => {},
              )
            }
          >
            {isOn ? "Switch off" : "Switch on"}
          </Button>
          <Button variant="ghost" size="sm" aria-label={`Change or test ${name}`} onClick={onEdit}>
            Change
          </Button>
          <Button variant="ghost" size="sm" aria-label={`Delete ${name}`} onClick={onRemove}>
            Delete
          </Button>
        </span>
      )}
      {refusal && (
        <span role="alert" className="basis-full text-danger text-xs">
          {refusal.message}
        </span>
      )}
    </li>
  )
}
