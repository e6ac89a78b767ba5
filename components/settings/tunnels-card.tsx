"use client"

import Link from "next/link"
import { useState } from "react"
import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Tunnel, TunnelStatus } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { endTunnel } from "./actions.ts"

const states: Record<TunnelStatus, { label: string; tone: BadgeTone }> = {
  pending: { label: "Waiting", tone: "neutral" },
  connected: { label: "Connected", tone: "success" },
  disconnected: { label: "Disconnected", tone: "neutral" },
  expired: { label: "Expired", tone: "neutral" },
  terminated: { label: "Ended", tone: "neutral" },
}

const nameOf = ({ name, tunnel_id }: Tunnel): string => name ?? tunnel_id

/** Tunnels of a person and of their runs that have not ended, newest first. */
export function TunnelsCard({ tunnels, total }: { tunnels: readonly Tunnel[]; total: number }) {
  const [leaving, setLeaving] = useState<Tunnel | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const end = () => {
    if (!leaving) return
    run(
      () => endTunnel(leaving.tunnel_id),
      () => {
        setLeaving(null)
        toast({ title: `The tunnel “${isolated(nameOf(leaving))}” was ended`, tone: "success" })
      },
    )
  }
  return (
    <Card aria-labelledby="tunnels">
      <CardHeader id="tunnels" title="Tunnels" />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        Addresses that lead to a port of your machine, or of a run that may open tunnels. Whoever knows one can call it.
      </p>
      {tunnels.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">You have no tunnels open.</p>
      ) : (
        <ul className="border-t">
          {tunnels.map((tunnel) => (
            <Row
              key={tunnel.tunnel_id}
              tunnel={tunnel}
              onEnd={() => {
                clear()
                setLeaving(tunnel)
              }}
            />
          ))}
        </ul>
      )}
      {total > tunnels.length && (
        <p className="border-t py-2 text-muted-foreground text-sm">{`The newest ${tunnels.length} of ${total}.`}</p>
      )}
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={end}
        title="End this tunnel?"
        confirmLabel="End"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          Nothing leads to{" "}
          <strong className="font-medium text-foreground">
            <bdi>{leaving && nameOf(leaving)}</bdi>
          </strong>{" "}
          any more, and its client cannot open it again.
        </p>
      </ConfirmDialog>
    </Card>
  )
}

function Row({ tunnel, onEnd }: { tunnel: Tunnel; onEnd: () => void }) {
  const { label, tone } = states[tunnel.status]
  return (
    <li className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <bdi className="break-anywhere font-medium text-sm">{nameOf(tunnel)}</bdi>
        <Badge tone={tone}>{label}</Badge>
        <span className="break-anywhere font-mono text-muted-foreground text-xs">{tunnel.url}</span>
        <span className="text-muted-foreground text-xs">
          port {tunnel.local_port}
          {tunnel.http_user && ", with a password"}, opened <TimeAgo at={tunnel.created_at} />
          {tunnel.evaluation_id && (
            <>
              {" by "}
              <Link className="underline" href={paths.evaluation(tunnel.evaluation_id)}>
                a run
              </Link>
            </>
          )}
        </span>
      </div>
      <Button size="sm" aria-label={`End ${nameOf(tunnel)}`} onClick={onEnd}>
        End
      </Button>
    </li>
  )
}
