"use client"

import { useRouter } from "next/navigation"
import { useEffect, useState } from "react"
import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Link } from "@/components/ui/link.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { Moment } from "@/components/ui/text/time-ago.tsx"
import type { Instance, InstanceStatus } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { terminateInstance } from "./actions.ts"

const refreshMs = 2000

const states: Record<InstanceStatus, { label: string; tone: BadgeTone }> = {
  PENDING: { label: "Waiting", tone: "neutral" },
  PROVISIONING: { label: "Starting", tone: "info" },
  ACTIVE: { label: "Active", tone: "success" },
  ERROR: { label: "Failed", tone: "danger" },
  TERMINATED: { label: "Terminated", tone: "neutral" },
}

const processors = (count: number): string => `${count} ${count === 1 ? "processor" : "processors"}`

/** Instances that have not ended, newest first. While one of them is being started the page is read again. */
export function InstancesCard({ instances, total }: { instances: readonly Instance[]; total: number }) {
  const [leaving, setLeaving] = useState<Instance | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const router = useRouter()
  const isStarting = instances.some(({ status }) => status === "PENDING" || status === "PROVISIONING")
  useEffect(() => {
    if (!isStarting) return
    const timer = setInterval(() => router.refresh(), refreshMs)
    return () => clearInterval(timer)
  }, [isStarting, router])
  const end = () => {
    if (!leaving) return
    run(
      () => terminateInstance(leaving.id),
      () => {
        setLeaving(null)
        toast({ title: `The instance “${isolated(leaving.name)}” was terminated`, tone: "success" })
      },
    )
  }
  return (
    <Card aria-labelledby="instances">
      <CardHeader id="instances" title="Running" />
      {instances.length === 0 ? (
        <div className="flex min-w-0 flex-col gap-2 pt-2.5">
          <p className="text-muted-foreground text-sm">There are none. In a terminal, see what there is and make one:</p>
          <CodeBlock wrap code={"prime availability list\nprime pods create"} label="commands that make an instance" />
        </div>
      ) : (
        <ul>
          {instances.map((instance) => (
            <Row
              key={instance.id}
              instance={instance}
              onEnd={() => {
                clear()
                setLeaving(instance)
              }}
            />
          ))}
        </ul>
      )}
      {total > instances.length && (
        <p className="border-t py-2 text-muted-foreground text-sm">{`The newest ${instances.length} of ${total}.`}</p>
      )}
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={end}
        title="Terminate this instance?"
        confirmLabel="Terminate"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          Everybody who is in{" "}
          <strong className="font-medium text-foreground">
            <bdi>{leaving?.name}</bdi>
          </strong>{" "}
          is put out, and its files are deleted.
        </p>
      </ConfirmDialog>
    </Card>
  )
}

function Row({ instance, onEnd }: { instance: Instance; onEnd: () => void }) {
  const { id, name, resources, sshConnection, endsAt, hours, costUsd, priceHr, evaluationId, mayEnd } = instance
  const { label, tone } = states[instance.status]
  return (
    <li className="flex min-w-0 flex-col gap-2 border-b py-2.5 last:border-b-0">
      <div className="flex min-w-0 items-center gap-3">
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
          <bdi className="break-anywhere font-medium text-sm">{name}</bdi>
          <Badge tone={tone}>{label}</Badge>
          <span className="text-muted-foreground text-xs">
            {`${processors(resources.vcpus)}, ${resources.memory} GB of memory, ${resources.disk} GB of disk`}
          </span>
          <span className="text-muted-foreground text-xs">
            {endsAt ? (
              <>
                ends <Moment at={endsAt} />
              </>
            ) : (
              `for ${Number(hours.toFixed(1))} h`
            )}
            {priceHr !== null && `, $${costUsd.toFixed(2)} so far`}
            {evaluationId && (
              <>
                {", made by "}
                <Link className="underline" href={paths.evaluation(evaluationId)}>
                  a run
                </Link>
              </>
            )}
          </span>
        </div>
        {mayEnd && (
          <Button size="sm" aria-label={`Terminate ${name}`} onClick={onEnd}>
            Terminate
          </Button>
        )}
      </div>
      {sshConnection ? (
        <CodeBlock wrap code={`ssh ${sshConnection}`} label={`command that enters ${name}`} />
      ) : (
        <p className="text-muted-foreground text-xs">
          It can be entered once it is active: <code className="font-mono">{`prime pods ssh ${id}`}</code> waits for that.
        </p>
      )}
    </li>
  )
}
