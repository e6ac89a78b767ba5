"use client"

import { Plus } from "lucide-react"
import { useState } from "react"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo, useNow } from "@/components/ui/text/time-ago.tsx"
import type { Invitation, Team } from "@/contract/index.ts"
import { useWrite } from "@/lib/use-write.ts"
import { revokeInvitation } from "./actions.ts"
import { InviteDialog } from "./invite-dialog.tsx"

interface InvitationsCardProps {
  invitations: readonly Invitation[]
  /** Teams that the reader may invite people to. */
  teams: readonly Team[]
  /** Whether the reader may also invite people to no team. */
  isTeamOptional?: boolean
}

/** Who is invited, newest first, and who came. */
export function InvitationsCard({ invitations, teams, isTeamOptional = true }: InvitationsCardProps) {
  const [isInviting, setIsInviting] = useState(false)
  const [leaving, setLeaving] = useState<Invitation | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const now = useNow()
  const toast = useToast()
  const revoke = () => {
    if (!leaving) return
    run(
      () => revokeInvitation(leaving.id),
      () => {
        setLeaving(null)
        toast({ title: "The invitation was revoked", tone: "success" })
      },
    )
  }
  return (
    <Card aria-labelledby="invitations">
      <CardHeader
        id="invitations"
        title="Invitations"
        action={
          <Button size="sm" onClick={() => setIsInviting(true)}>
            <Plus aria-hidden />
            Invite
          </Button>
        }
      />
      {invitations.length === 0 ? (
        <p className="pt-2.5 text-muted-foreground text-sm">Nobody is invited. An invitation is a link that you send to a person.</p>
      ) : (
        <ul>
          {invitations.map((one) => (
            <li key={one.id} className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
              <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
                <bdi className="break-anywhere font-medium text-sm">{one.email}</bdi>
                <State invitation={one} now={now} />
                <span className="break-anywhere text-muted-foreground text-xs">
                  {one.team_name !== null && (
                    <>
                      {one.role} of <bdi>{one.team_name}</bdi>,{" "}
                    </>
                  )}
                  invited by <bdi>{one.invited_by}</bdi> <TimeAgo at={one.created_at} />
                </span>
                {one.mail !== null && one.used_at === null && <Mail mail={one.mail} />}
              </div>
              {one.used_at === null && (
                <Button
                  size="sm"
                  aria-label={`Revoke the invitation of ${one.email}`}
                  onClick={() => {
                    clear()
                    setLeaving(one)
                  }}
                >
                  Revoke
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <InviteDialog isOpen={isInviting} onClose={() => setIsInviting(false)} teams={teams} isTeamOptional={isTeamOptional} />
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={revoke}
        title="Revoke this invitation?"
        confirmLabel="Revoke"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          The link that{" "}
          <strong className="font-medium text-foreground">
            <bdi>{leaving?.email}</bdi>
          </strong>{" "}
          was sent opens nothing any more.
        </p>
      </ConfirmDialog>
    </Card>
  )
}

/** Whether the mail with the link has left. */
function Mail({ mail: { state, error } }: { mail: NonNullable<Invitation["mail"]> }) {
  const words =
    state === "delivered"
      ? "mail sent"
      : state === "given_up"
        ? `mail not sent: ${error ?? "it was tried too often"}. Revoke the invitation, make another and send its link yourself.`
        : error === null
          ? "mail on its way"
          : `mail not sent yet, it is tried again: ${error}`
  return <span className={`break-anywhere text-xs ${state === "given_up" ? "text-danger" : "text-muted-foreground"}`}>{words}</span>
}

function State({ invitation, now }: { invitation: Invitation; now: number }) {
  if (invitation.used_at !== null) return <Badge tone="success">Accepted</Badge>
  return Date.parse(invitation.expires_at) > now ? <Badge tone="neutral">Waiting</Badge> : <Badge tone="warning">Expired</Badge>
}
