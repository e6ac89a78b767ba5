"use client"

import { useState } from "react"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { SessionMethod, UserSession } from "@/contract/index.ts"
import { useWrite } from "@/lib/use-write.ts"
import { endOtherSessions, endSession } from "./actions.ts"

const methods: Record<SessionMethod, string> = {
  operator: "as the operator",
  password: "with a password",
  passkey: "with a passkey",
  provider: "through another account",
}

const nameOf = ({ browser }: UserSession): string => browser || "Another program"

/** Browsers in which a person is signed in, the last used first. */
export function SessionsCard({ sessions, total }: { sessions: readonly UserSession[]; total: number }) {
  const [leaving, setLeaving] = useState<UserSession | "others" | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const ask = (what: UserSession | "others") => {
    clear()
    setLeaving(what)
  }
  const end = () => {
    if (!leaving) return
    run(
      () => (leaving === "others" ? endOtherSessions() : endSession(leaving.id)),
      () => {
        setLeaving(null)
        toast({ title: leaving === "others" ? "All other sessions were ended" : "The session was ended", tone: "success" })
      },
    )
  }
  const hasOthers = total > sessions.filter(({ current }) => current).length
  return (
    <Card aria-labelledby="sessions">
      <CardHeader
        id="sessions"
        title="Sessions"
        action={
          hasOthers && (
            <Button size="sm" onClick={() => ask("others")}>
              End all others
            </Button>
          )
        }
      />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        Browsers in which you are signed in. One that signed in with an API key ends with its key, and is not listed.
      </p>
      {sessions.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">There are no sessions.</p>
      ) : (
        <ul className="border-t">
          {sessions.map((session) => (
            <li key={session.id} className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
              <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
                <bdi className="break-anywhere font-medium text-sm">{nameOf(session)}</bdi>
                {session.current && <Badge tone="success">This browser</Badge>}
                {session.address && <span className="break-anywhere font-mono text-muted-foreground text-xs">{session.address}</span>}
                <span className="text-muted-foreground text-xs">
                  signed in {methods[session.method]} <TimeAgo at={session.created_at} />, used <TimeAgo at={session.last_used_at} />
                </span>
              </div>
              {!session.current && (
                <Button size="sm" aria-label={`End the session of ${nameOf(session)}`} onClick={() => ask(session)}>
                  End
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {total > sessions.length && (
        <p className="border-t py-2 text-muted-foreground text-sm">{`The last ${sessions.length} of ${total} that were used.`}</p>
      )}
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={end}
        title={leaving === "others" ? "End all other sessions?" : "End this session?"}
        confirmLabel="End"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          {leaving === "others" ? "Every browser but this one has" : leaving ? `${nameOf(leaving)} has` : ""} to sign in again. API keys go
          on working.
        </p>
      </ConfirmDialog>
    </Card>
  )
}
