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
  PENDING: "This version is waiting to be installed and loaded once. Its arguments, rewards and dataset size are known afterwards.",
  RUNNING: "This version is being installed and loaded. Its arguments, rewards and dataset size are known afterwards.",
  SUCCESS: "This version was installed and loaded.",
  FAILED: "This version could not be installed or loaded. Evaluations of it will most likely fail in the same way.",
  CANCELLED: "The check of this version was stopped. Its arguments are not known.",
}

interface CheckCardProps {
  owner: string
  name: string
  check: { id: string; status: ActionStatus } | null
}

/** The check of the newest version: its state and log. When it ends, the page is read again. */
export function CheckCard({ owner, name, check }: CheckCardProps) {
  const router = useRouter()
  const { data: current } = useQuery({
    queryKey: ["environment-check", owner, name, check?.id],
    queryFn: async ({ signal }) =>
      (await get("/environmentshub/{owner}/{name}/@{version}", { owner, name, version: "latest" }, undefined, signal)).data.action ?? null,
    initialData: check,
    enabled: isUnderWay(check?.status),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? askAgainMs : false),
  })
  const status = isUnderWay(check?.status) ? (current?.status ?? null) : (check?.status ?? null)
  const hasEnded = isUnderWay(check?.status) && status !== null && !isUnderWay(status)
  useEffect(() => {
    // The page around this card shows what the check has found out.
    if (hasEnded) router.refresh()
  }, [hasEnded, router])

  if (!check || status === null) return null
  return (
    <Card id="check" aria-labelledby="check-title">
      <CardHeader id="check-title" title="Check" action={<CheckBadge status={status} />} />
      <CardBody className="flex flex-col gap-3">
        <p role="status" className="text-muted-foreground text-sm">
          {sentences[status] ?? ""}
        </p>
        {status === "SUCCESS" || status === "CANCELLED" ? (
          <FoldedLog owner={owner} name={name} checkId={check.id} />
        ) : (
          <Log owner={owner} name={name} checkId={current?.id ?? check.id} isGrowing={isUnderWay(status)} />
        )}
      </CardBody>
    </Card>
  )
}

function FoldedLog(props: { owner: string; name: string; checkId: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded-sm text-muted-foreground text-sm hover:text-foreground">Log of the check</summary>
      <div className="pt-2">{isOpen && <Log {...props} isGrowing={false} />}</div>
    </details>
  )
}

function Log({ owner, name, checkId, isGrowing }: { owner: string; name: string; checkId: string; isGrowing: boolean }) {
  const region = useRef<HTMLDivElement>(null)
  const { data: logs, error } = useQuery({
    queryKey: ["environment-check-log", owner, name, checkId, isGrowing],
    queryFn: async ({ signal }) => {
      const query = { tail_lines: 1000 }
      return (await get("/environmentshub/{owner}/{name}/actions/{action_id}/logs", { owner, name, action_id: checkId }, query, signal))
        .data.logs
    },
    refetchInterval: isGrowing ? askAgainMs : false,
    placeholderData: (before) => before,
  })
  useEffect(() => {
    // The newest lines are the interesting ones.
    const pre = region.current?.querySelector("pre")
    if (pre && logs) pre.scrollTop = pre.scrollHeight
  }, [logs])
  if (error && logs === undefined) return <p className="break-anywhere text-danger text-sm">The log could not be read: {error.message}</p>
  if (logs === undefined) return <Skeleton className="h-24" />
  if (logs.trim() === "") return <p className="text-muted-foreground text-sm">{isGrowing ? "No output yet." : "The check wrote no log."}</p>
  return (
    <div ref={region}>
      <CodeBlock code={logs} label="log of the check" wrap />
    </div>
  )
}
