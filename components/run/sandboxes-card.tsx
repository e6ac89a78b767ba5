"use client"

import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { ListRunSandboxesResponse, RunSandbox, SandboxStatus } from "@/contract/index.ts"
import { formatCount, formatDuration } from "@/lib/format.ts"

const states: Record<SandboxStatus, { label: string; tone: BadgeTone }> = {
  PENDING: { label: "Waiting", tone: "neutral" },
  PROVISIONING: { label: "Starting", tone: "neutral" },
  RUNNING: { label: "Running", tone: "info" },
  PAUSED: { label: "Paused", tone: "neutral" },
  ERROR: { label: "Failed", tone: "danger" },
  TERMINATED: { label: "Ended", tone: "success" },
}

/** The sandboxes that the run's code made, newest first. Nothing when there are none. */
export function SandboxesCard({ list }: { list: ListRunSandboxesResponse }) {
  const { sandboxes, total, active, seconds } = list
  if (total === 0) return null
  const summary = `${formatCount(active)} of ${formatCount(total)} there now · ${formatDuration(seconds * 1000)} in all`
  return (
    <Card aria-labelledby="sandboxes">
      <CardHeader id="sandboxes" title="Sandboxes" action={<span className="tabular text-muted-foreground text-sm">{summary}</span>} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard */}
      <div role="region" aria-label="Sandboxes of this run" tabIndex={0} className="max-h-72 overflow-auto">
        <table className="w-full text-left text-sm">
          <thead className="sticky top-0 z-10 bg-card text-muted-foreground text-xs shadow-[inset_0_-1px_0_var(--border)]">
            <tr>
              <th scope="col" className="h-8 px-4 font-medium">
                Name
              </th>
              <th scope="col" className="px-2 font-medium">
                State
              </th>
              <th scope="col" className="px-2 font-medium">
                Image
              </th>
              <th scope="col" className="whitespace-nowrap px-2 font-medium">
                Made
              </th>
              <th scope="col" className="px-4 text-right font-medium">
                Lasted
              </th>
            </tr>
          </thead>
          <tbody>
            {sandboxes.map((sandbox) => (
              <Row key={sandbox.sandbox_id} sandbox={sandbox} />
            ))}
          </tbody>
        </table>
      </div>
      {total > sandboxes.length && (
        <p className="border-t px-4 py-2 text-muted-foreground text-sm">{`The newest ${formatCount(sandboxes.length)} of ${formatCount(total)}.`}</p>
      )}
    </Card>
  )
}

function Row({ sandbox }: { sandbox: RunSandbox }) {
  const { name, status, docker_image, has_image, error_message, created_at, started_at, terminated_at } = sandbox
  const { label, tone } = states[status]
  const lasted = started_at && terminated_at ? Date.parse(terminated_at) - Date.parse(started_at) : null
  return (
    <tr className="border-t align-top">
      <td className="min-w-36 px-4 py-2">
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
      <td className="tabular whitespace-nowrap px-4 py-2 text-right">{formatDuration(lasted)}</td>
    </tr>
  )
}
