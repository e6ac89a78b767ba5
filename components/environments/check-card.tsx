"use client"

import { useQuery } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useEffect, useRef, useState } from "react"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { ActionStatus } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { CheckBadge, isUnderWay } from "./check-badge.tsx"

const askAgainMs = 2000

const sentences: Record<ActionStatus, string> = {
  PENDING: "This version waits to be installed and loaded once. Its arguments, rewards and dataset size are known afterwards.",
  RUNNING: "This version is being installed and loaded. Its arguments, rewards and dataset size are known afterwards.",
  SUCCESS: "This version was installed and loaded.",
  FAILED: "This version could not be installed or loaded. Evaluations of it will most likely fail in the same way.",
  CANCELLED: "The check of this version was stopped. Its arguments are not known.",
}

interface CheckCardProps {
  owner: string
  name: string
  action: { id: string; status: ActionStatus } | null
}

/** The check of the newest version: how it stands, its log, and a fresh page when it ends. */
export function CheckCard({ owner, name, action }: CheckCardProps) {
  const router = useRouter()
  const { data: current } = useQuery({
    queryKey: ["environment-action", owner, name, action?.id],
    queryFn: async ({ signal }) =>
      (await get("/environmentshub/{owner}/{name}/@{version}", { owner, name, version: "latest" }, undefined, signal)).data.action ?? null,
    initialData: action,
    enabled: isUnderWay(action?.status),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? askAgainMs : false),
  })
  const status = isUnderWay(action?.status) ? (current?.status ?? null) : (action?.status ?? null)
  const hasEnded = isUnderWay(action?.status) && status !== null && !isUnderWay(status)
  useEffect(() => {
    // What the check has found out is on the page around this card.
    if (hasEnded) router.refresh()
  }, [hasEnded, router])

  if (!action || status === null) return null
  return (
    <Card id="check" aria-labelledby="check-title">
      <CardHeader id="check-title" title="Check" action={<CheckBadge status={status} />} />
      <CardBody className="flex flex-col gap-3">
        <p role="status" className="text-muted-foreground text-sm">
          {sentences[status] ?? ""}
        </p>
        {status === "SUCCESS" || status === "CANCELLED" ? (
          <FoldedLog owner={owner} name={name} actionId={action.id} />
        ) : (
          <Log owner={owner} name={name} actionId={current?.id ?? action.id} isGrowing={isUnderWay(status)} />
        )}
      </CardBody>
    </Card>
  )
}

function FoldedLog(props: { owner: string; name: string; actionId: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded-sm text-muted-foreground text-sm hover:text-foreground">Log of the check</summary>
      <div className="pt-2">{isOpen && <Log {...props} isGrowing={false} />}</div>
    </details>
  )
}

function Log({ owner, name, actionId, isGrowing }: { owner: string; name: string; actionId: string; isGrowing: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const { data: logs, error } = useQuery({
    queryKey: ["environment-action-log", owner, name, actionId, isGrowing],
    queryFn: async ({ signal }) => {
      const query = { tail_lines: 1000 }
      return (await get("/environmentshub/{owner}/{name}/actions/{action_id}/logs", { owner, name, action_id: actionId }, query, signal))
        .data.logs
    },
    refetchInterval: isGrowing ? askAgainMs : false,
    placeholderData: (before) => before,
  })
  useEffect(() => {
    // The newest lines are the interesting ones.
    const region = box.current?.querySelector("pre")
    if (region && logs) region.scrollTop = region.scrollHeight
  }, [logs])
  if (error && logs === undefined) return <p className="break-anywhere text-danger text-sm">The log could not be read: {error.message}</p>
  if (logs === undefined) return <Skeleton className="h-24" />
  if (logs.trim() === "") return <p className="text-muted-foreground text-sm">{isGrowing ? "No output yet." : "The check wrote no log."}</p>
  return (
    <div ref={box}>
      <CodeBlock code={logs} label="log of the check" wrap />
    </div>
  )
}
