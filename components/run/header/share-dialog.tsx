"use client"

import { useQuery, useQueryClient } from "@tanstack/react-query"
import { usePathname } from "next/navigation"
import { type FormEvent, useId, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Checkbox } from "@/components/ui/form/checkbox.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { RunShare } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { get } from "@/lib/api/browser.ts"
import { formatInstant } from "@/lib/format.ts"
import { useWrite } from "@/lib/use-write.ts"
import { makeShare, revokeShare } from "./share-actions.ts"

interface ShareDialogProps {
  runId: string
  runName: string
  canShare: boolean
  onClose: () => void
}

const lifetimes = [
  { days: 7, label: "7 days" },
  { days: 30, label: "30 days" },
  { days: 365, label: "a year" },
  { days: null, label: "no end, until it is revoked" },
] as const

const isThisMachine = (hostname: string): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(hostname)

/** The address of the page for those who may see the run, and links that show it to anybody. */
export function ShareDialog({ runId, runName, canShare, onClose }: ShareDialogProps) {
  const pathname = usePathname()
  const [address] = useState(() => new URL(pathname + window.location.search + window.location.hash, window.location.href).href)
  const formId = useId()
  const making = useWrite()
  return (
    <Dialog
      open
      onClose={onClose}
      size="md"
      title="Share this evaluation"
      footer={
        canShare && (
          // Below what scrolls: with a few links it would be the one thing out of sight.
          <Button type="submit" form={formId} variant="primary" pending={making.isPending}>
            Make a link
          </Button>
        )
      }
    >
      <div className="flex min-w-0 flex-col gap-5 pb-1">
        <section aria-labelledby="share-page" className="flex min-w-0 flex-col gap-1.5">
          <h3 id="share-page" className="font-medium text-sm">
            With people who may see it already
          </h3>
          <CodeBlock code={address} label="address of this page" wrap />
        </section>
        {canShare && <PublicLinks runId={runId} runName={runName} formId={formId} making={making} />}
      </div>
    </Dialog>
  )
}

interface NewLinkProps {
  runId: string
  runName: string
  /** The button that sends the form stands outside of it. */
  formId: string
  making: ReturnType<typeof useWrite>
}

function PublicLinks(props: NewLinkProps) {
  const { runId } = props
  const client = useQueryClient()
  const queryKey = ["run-shares", runId]
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => get("/evaluations/{evaluation_id}/shares", { evaluation_id: runId }, undefined, signal),
  })
  const refresh = () => void client.invalidateQueries({ queryKey })
  const shares = data?.shares ?? []
  return (
    <section aria-labelledby="share-public" className="flex min-w-0 flex-col gap-3">
      <h3 id="share-public" className="font-medium text-sm">
        With anyone who has the link
      </h3>
      {error && <FieldError>The links could not be read: {error.message}</FieldError>}
      {shares.length > 0 && (
        <ul className="flex min-w-0 flex-col gap-3" aria-label="Links">
          {shares.map((share) => (
            <ShareRow key={share.id} share={share} onRevoked={refresh} />
          ))}
        </ul>
      )}
      {shares.some(({ url }) => isThisMachine(new URL(url).hostname)) && (
        <p className="text-muted-foreground text-xs">
          These links open on this machine only: the platform has no public address. Its operator sets one with PUBLIC_URL.
        </p>
      )}
      <NewLink {...props} onMade={refresh} />
    </section>
  )
}

function NewLink({ runId, runName, formId, making, onMade }: NewLinkProps & { onMade: () => void }) {
  const [samples, setSamples] = useState(false)
  const [logs, setLogs] = useState(false)
  const [days, setDays] = useState<number | null>(30)
  const [password, setPassword] = useState("")
  const { run: write, refusal } = making
  const submit = (event: FormEvent) => {
    event.preventDefault()
    write(
      () => makeShare(runId, { samples, logs, expires_in_days: days, ...(password ? { password } : {}) }),
      () => {
        setPassword("")
        onMade()
      },
    )
  }
  return (
    <form id={formId} onSubmit={submit} className="flex min-w-0 flex-col gap-3 rounded-md border p-3">
      <Checkbox
        id="share-samples"
        label="Show the samples"
        description="Every prompt, answer, tool call, reward and error."
        checked={samples}
        onChange={(event) => setSamples(event.target.checked)}
      />
      <Checkbox
        id="share-logs"
        label="Show the log"
        description="What the environment printed."
        checked={logs}
        onChange={(event) => setLogs(event.target.checked)}
      />
      <Field label="The link works for">
        {(control) => (
          <Select
            {...control}
            value={String(days)}
            onChange={(event) => setDays(event.target.value === "null" ? null : Number(event.target.value))}
          >
            {lifetimes.map((one) => (
              <option key={one.label} value={String(one.days)}>
                {one.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Password" note="optional" error={refusal?.problems.find(({ field }) => field === "password")?.message}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="new-password"
            maxLength={limits.sharePasswordCharactersMax}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <p className="break-anywhere text-muted-foreground text-xs">
        {`Anyone with the link${password ? " and the password" : ""} sees the name “${runName}”, the environment and its version, the model, sizes, times, rewards and metrics${
          samples ? ", every sample" : ""
        }${logs ? ", the log" : ""}. Not shown: people, teams, arguments, variables, cost${samples ? "" : ", samples"}${logs ? "" : ", the log"}.`}
      </p>
      {refusal && <FieldError>{refusal.message}</FieldError>}
    </form>
  )
}

function ShareRow({ share, onRevoked }: { share: RunShare; onRevoked: () => void }) {
  const { run: write, isPending, refusal } = useWrite()
  const shown = ["results", ...(share.samples ? ["samples"] : []), ...(share.logs ? ["log"] : [])].join(", ")
  const isOver = share.expires_at !== null && Date.parse(share.expires_at) < Date.now()
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <CodeBlock code={share.url} label="link" wrap />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground text-xs">
        <span>
          Shows {shown}
          {share.has_password && ", asks for a password"}
        </span>
        <span>{isOver ? "has expired" : share.expires_at ? `until ${formatInstant(share.expires_at)}` : "until it is revoked"}</span>
        <span>
          {share.last_opened_at ? (
            <>
              last opened <TimeAgo at={share.last_opened_at} />
            </>
          ) : (
            "not opened yet"
          )}
        </span>
        <Button
          size="sm"
          variant="ghost"
          className="ml-auto"
          pending={isPending}
          onClick={() => write(() => revokeShare(share.evaluation_id, share.id), onRevoked)}
        >
          Revoke
        </Button>
      </div>
      <details>
        <summary className="w-fit rounded-sm text-muted-foreground text-xs hover:text-foreground">Badge and card for a README</summary>
        <div className="mt-2 flex min-w-0 flex-col gap-2">
          {["badge", "card"].map((kind) => (
            <CodeBlock key={kind} code={`[![Score](${share.url}/${kind}.svg)](${share.url})`} label={`${kind} in Markdown`} wrap />
          ))}
        </div>
      </details>
      {refusal && <FieldError>{refusal.message}</FieldError>}
    </li>
  )
}
