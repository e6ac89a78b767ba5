"use client"

import { useRouter } from "next/navigation"
import { useEffect } from "react"
import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Delivery } from "@/contract/index.ts"
import { formatInstant } from "@/lib/format.ts"
import { useWrite } from "@/lib/use-write.ts"
import { sendAgain } from "./actions.ts"
import { deliveryLabels } from "./words.ts"

const tones: Record<Delivery["state"], BadgeTone> = { waiting: "neutral", delivered: "success", given_up: "danger" }

const lookEveryMs = 2000
/** What is due later than this is not waited for. */
const soonMs = 60_000

interface DeliveriesProps {
  channelId: string
  deliveries: readonly Delivery[]
  canSend: boolean
}

/** What was sent over a channel, newest first, with what came of each try. Looks again while something is about to be sent. */
export function Deliveries({ channelId, deliveries, canSend }: DeliveriesProps) {
  const router = useRouter()
  const isSoon = deliveries.some(({ next_try_at: at }) => at !== null && Date.parse(at) - Date.now() < soonMs)
  useEffect(() => {
    if (!isSoon) return
    const timer = setInterval(() => router.refresh(), lookEveryMs)
    return () => clearInterval(timer)
  }, [isSoon, router])
  return (
    <ul aria-label="Messages">
      {deliveries.map((delivery) => (
        <DeliveryRow key={delivery.id} channelId={channelId} delivery={delivery} canSend={canSend} />
      ))}
    </ul>
  )
}

function DeliveryRow({ channelId, delivery, canSend }: { channelId: string; delivery: Delivery; canSend: boolean }) {
  const { run, isPending, refusal } = useWrite()
  const { id, title, state, tries, next_try_at: next } = delivery
  const isTriedAgain = next !== null && tries.length > 0
  return (
    <li className="flex min-w-0 flex-col gap-1 border-b py-2 text-sm last:border-b-0">
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tones[state]}>{deliveryLabels[state]}</Badge>
        <bdi className="break-anywhere min-w-0 flex-1 basis-48 font-medium">{title}</bdi>
        <span className="text-muted-foreground text-xs">
          <TimeAgo at={delivery.created_at} />
          {isTriedAgain && `, tried again at ${formatInstant(next)}`}
        </span>
        {canSend && state !== "waiting" && (
          <Button
            variant="ghost"
            size="sm"
            pending={isPending}
            aria-label={`Send again: ${title}`}
            onClick={() =>
              run(
                () => sendAgain(channelId, id),
                () => {},
              )
            }
          >
            Send again
          </Button>
        )}
      </div>
      {refusal && (
        <span role="alert" className="text-danger text-xs">
          {refusal.message}
        </span>
      )}
      {tries.length > 0 && (
        <details>
          <summary className="break-anywhere w-fit max-w-full rounded-sm text-muted-foreground text-xs hover:text-foreground">
            {tryText(tries[0] as Delivery["tries"][number])}
          </summary>
          <ol className="mt-1 flex min-w-0 flex-col gap-1.5 border-l pl-3 text-muted-foreground text-xs">
            <li className="break-anywhere font-mono">{id}</li>
            {tries.map((one) => (
              <li key={one.number} className="flex min-w-0 flex-col gap-0.5">
                <span className="break-anywhere">
                  {formatInstant(one.at)}: {tryText(one)}, {one.took_ms} ms
                </span>
                {one.answer && <code className="break-anywhere whitespace-pre-wrap font-mono">{one.answer}</code>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  )
}

const tryText = ({ number, status, error }: Delivery["tries"][number]): string =>
  `Try ${number}: ${error ?? (status === null ? "sent" : `answered ${status}`)}`
