"use client"

import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import { Section } from "@/components/ui/section.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { ListRunSandboxesResponse, RunSandbox, SandboxStatus } from "@/contract/index.ts"
import { formatCount, formatDuration } from "@/lib/format.ts"
import { ScrollTable } from "./scroll-table.tsx"

const states: Record<SandboxStatus, { label: string; tone: BadgeTone }> = {
  PENDING: { label: "Waiting", tone: "neutral" },
  PROVISIONING: { label: "Starting", tone: "neutral" },
  RUNNING: { label: "Running", tone: "info" },
  PAUSED: { label: "Paused", tone: "neutral" },
  ERROR: { label: "Failed", tone: "danger" },
  TERMINATED: { label: "Ended", tone: "success" },
}

const columns = [
  { name: "Name", className: "pl-0" },
  { name: "State" },
  { name: "Image" },
  { name: "Created" },
  { name: "Duration", className: "pr-0 text-right" },
]

/** The sandboxes that the run's code created, newest first. Nothing when there are none. */
export function Sandboxes({ list }: { list: ListRunSandboxesResponse }) {
  const { sandboxes, total, active, seconds } = list
  if (total === 0) return null
  const summary = `${formatCount(active)} of ${formatCount(total)} active · ${formatDuration(seconds * 1000)} in total`
  return (
    <Section id="sandboxes" title="Sandboxes" note={summary}>
      <ScrollTable label="Sandboxes of this run" columns={columns} className="max-h-72">
        {sandboxes.map((sandbox) => (
          <Row key={sandbox.sandbox_id} sandbox={sandbox} />
        ))}
      </ScrollTable>
      {total > sandboxes.length && (
        <p className="border-t py-2 text-muted-foreground text-sm">{`The newest ${formatCount(sandboxes.length)} of ${formatCount(total)}.`}</p>
      )}
    </Section>
  )
}

function Row({ sandbox }: { sandbox: RunSandbox }) {
  const { name, status, docker_image, has_image, error_message, created_at, started_at, terminated_at } = sandbox
  const { label, tone } = states[status]
  const lasted = started_at && terminated_at ? Date.parse(terminated_at) - Date.parse(started_at) : null
  return (
    <tr className="border-b align-top last:border-b-0">
      <td className="min-w-36 py-2 pr-2">
        <span className="break-anywhere" title={sandbox.sandbox_id}>
          {name}
        </span>
        {error_message && <span className="break-anywhere block text-muted-foreground text-xs">{error_message}</span>}
      </td>
      <td className="px-2 py-2">
        <Badge tone={tone}>{label}</Badge>
      </td>
      <td className="min-w-36 px-2 py-2 text-muted-foreground">
        <span className="break-anywhere">{docker_image}</span>
        {started_at !== null && !has_image && <span className="block text-xs">in the platform's own system</span>}
      </td>
      <td className="whitespace-nowrap px-2 py-2 text-muted-foreground">
        <TimeAgo at={created_at} />
      </td>
      <td className="tabular whitespace-nowrap py-2 pl-2 text-right">{formatDuration(lasted)}</td>
    </tr>
  )
}
