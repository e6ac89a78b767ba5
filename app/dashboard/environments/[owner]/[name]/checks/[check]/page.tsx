import type { Metadata } from "next"
import { CheckBadge, isUnderWay } from "@/components/environments/check-badge.tsx"
import { durationOf, versionOf } from "@/components/environments/checks-table.tsx"
import { RetryCheck } from "@/components/environments/retry-check.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Link } from "@/components/ui/link.tsx"
import { RefreshWhile } from "@/components/ui/refresh-while.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { EnvironmentAction } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api } from "@/lib/api/server.ts"
import { formatDuration } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../../environment.ts"

export const metadata: Metadata = { title: "Log of a check" }

const logLines = 10_000
const checksRead = 100

interface Props {
  params: Promise<{ owner: string; name: string; check: string }>
}

async function read(owner: string, name: string, id: string) {
  const client = await api()
  try {
    const [logs, list] = await Promise.all([
      client.getEnvironmentActionLogs({ params: { owner, name, action_id: id }, query: { tail_lines: logLines } }),
      client.listEnvironmentActions({ params: { owner, name }, query: { limit: checksRead } }),
    ])
    const check: EnvironmentAction | null = list.data.actions.find((one) => one.id === id) ?? null
    return { ok: true as const, logs: logs.data.logs, check }
  } catch (error) {
    if (error instanceof ApiError) return { ok: false as const, status: error.status, message: error.message }
    throw error
  }
}

/** What happened in the first line, and what to do about it below. */
function CheckError({ error }: { error: string }) {
  const [happened, ...explained] = error.split("\n")
  return (
    <div className="flex flex-col gap-1 text-sm">
      <p className="break-anywhere text-danger">{happened}</p>
      {explained.length > 0 && <p className="break-anywhere max-w-prose whitespace-pre-wrap">{explained.join("\n")}</p>}
    </div>
  )
}

/** The whole log of one check. */
export default async function CheckPage({ params }: Props) {
  const { owner, name } = await slugOf(params as EnvironmentParams["params"])
  const { check: id } = await params
  const [environment, found] = await Promise.all([readEnvironment(owner, name), read(owner, name, id)])
  if (!environment.ok) return null
  if (!found.ok)
    return found.status === 404 ? (
      <EmptyState title="There is no such check" action={<ButtonLink href={paths.checks(owner, name)}>To the checks</ButtonLink>}>
        It does not exist, or was deleted with its version.
      </EmptyState>
    ) : (
      <LoadError title="The log could not be read" message={found.message} />
    )
  const { check, logs } = found
  const active = isUnderWay(check?.status)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <RefreshWhile active={active} />
      <p className="text-sm">
        <Link href={paths.checks(owner, name)} className="link">
          All checks
        </Link>
      </p>
      <Card aria-labelledby="check">
        <CardHeader
          id="check"
          title={check ? `${check.name} of version ${versionOf(check)}` : "Check"}
          action={
            <div className="flex flex-wrap items-center justify-end gap-2">
              {check && <CheckBadge status={check.status} />}
              {environment.environment.can_write && !active && (
                <RetryCheck owner={owner} name={name} checkId={id}>
                  Retry
                </RetryCheck>
              )}
            </div>
          }
        />
        <CardBody className="flex flex-col gap-3">
          {check && (
            <p className="flex flex-wrap gap-x-4 gap-y-1 text-muted-foreground text-xs">
              <span>
                Started <TimeAgo at={check.started_at ?? check.created_at} />
              </span>
              {durationOf(check) !== null && <span>Took {formatDuration(durationOf(check))}</span>}
              <span className="break-anywhere font-mono">{check.version.content_hash.slice(0, 16)}</span>
            </p>
          )}
          {check?.error && <CheckError error={check.error} />}
          {logs.trim() === "" ? (
            <p className="text-muted-foreground text-sm">{active ? "No output yet." : "The check wrote no log."}</p>
          ) : (
            <CodeBlock wrap code={logs} label="log of the check" className="[&_pre]:max-h-[70dvh]" />
          )}
        </CardBody>
      </Card>
    </div>
  )
}
