"use client"

import type { ReactNode } from "react"
import { Button } from "@/components/ui/button.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"

interface KeyRowProps {
  /** A key or a token, of which the value is not kept. */
  of: { name: string; prefix: string; last_used_at: string | null; expires_at: string | null }
  /** What else is known of it, between its prefix and its last use. */
  children: ReactNode
  onRevoke: () => void
}

/** A line of a list of keys or tokens: what it is called, when it was used last, how long it works, and the way to revoke it. */
export function KeyRow({ of, children, onRevoke }: KeyRowProps) {
  return (
    <li className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <bdi className="break-anywhere font-medium text-sm">{of.name}</bdi>
        <span className="font-mono text-muted-foreground text-xs">{of.prefix}…</span>
        {children}
        <span className="text-muted-foreground text-xs">
          {of.last_used_at ? (
            <>
              last used <TimeAgo at={of.last_used_at} />
            </>
          ) : (
            "never used"
          )}
        </span>
        {of.expires_at && <Expiry at={of.expires_at} />}
      </div>
      <Button size="sm" aria-label={`Revoke ${of.name}`} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  )
}

function Expiry({ at }: { at: string }) {
  const hasExpired = Date.parse(at) <= Date.now()
  return (
    <span className={hasExpired ? "text-danger text-xs" : "text-muted-foreground text-xs"}>
      {hasExpired ? "expired" : "expires"} {at.slice(0, 10)}
    </span>
  )
}
