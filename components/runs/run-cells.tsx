import { CircleStop, Trash2 } from "lucide-react"
import type { RunQuestion } from "@/components/shared/run-dialogs.tsx"
import { environmentOf } from "@/components/shared/run-facts.ts"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { paths } from "@/lib/paths.ts"

export function NameLink({ run, isNew }: { run: Evaluation; isNew: boolean }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link
        href={paths.evaluation(run.evaluation_id)}
        data-row-link
        prefetch={false}
        title={run.name}
        className="min-h-6 truncate font-medium leading-6 hover:underline"
      >
        <bdi>{run.name}</bdi>
      </Link>
      {isNew && <Badge tone="accent">New</Badge>}
    </span>
  )
}

export function EnvironmentLink({ run, className }: { run: Evaluation; className?: string }) {
  const { text, version, href } = environmentOf(run)
  const words = (
    <>
      <bdi>{text}</bdi>
      {version && <bdi className="text-muted-foreground">@{version}</bdi>}
    </>
  )
  const look = cn("block min-h-6 truncate leading-6", className)
  const title = version ? `${text}@${version}` : text
  if (!href)
    return (
      <span className={look} title={title}>
        {words}
      </span>
    )
  return (
    <Link href={href} prefetch={false} title={title} className={cn(look, "hover:underline")}>
      {words}
    </Link>
  )
}

export const TypeBadge = ({ run }: { run: Evaluation }) => <Badge className="text-2xs">{run.is_hosted ? "HOSTED" : "LOCAL"}</Badge>

/** Stops an active run, or deletes one that has ended. */
export function RunButton({ run, onAsk }: { run: Evaluation; onAsk: (question: RunQuestion) => void }) {
  const active = isActive(run.status)
  // A run that was uploaded cannot be stopped from here.
  if (active && !run.is_hosted) return null
  const kind = active ? "stop" : "delete"
  const label = `${active ? "Stop" : "Delete"} ${run.name}`
  return (
    <Button
      variant="ghost"
      size="sm"
      icon
      aria-label={label}
      title={active ? "Stop" : "Delete"}
      className="text-muted-foreground"
      onClick={() => onAsk({ kind, run })}
    >
      {active ? <CircleStop aria-hidden /> : <Trash2 aria-hidden />}
    </Button>
  )
}
