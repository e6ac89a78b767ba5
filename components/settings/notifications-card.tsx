"use client"

import { useState, useSyncExternalStore } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Link } from "@/components/ui/link.tsx"
import { paths } from "@/lib/paths.ts"

const never = () => () => {}
const permission = (): NotificationPermission | "missing" => ("Notification" in window ? Notification.permission : "missing")

const words = {
  granted: "This browser tells you when one of your evaluations has ended while you look at another window.",
  denied: "This browser blocks notifications from this site. You can allow them in its settings for the site.",
  default: "This browser can tell you when one of your evaluations has ended while you look at another window.",
  missing: "This browser shows no messages of this site: it does so only for sites with https, or on this machine.",
}

/**
 * Asks the browser for permission to show messages, when somebody presses the button.
 * @param sends whether the platform sends messages of its own, which have a page
 */
export function NotificationsCard({ sends }: { sends: boolean }) {
  const before = useSyncExternalStore(never, permission, () => null)
  const [answer, setAnswer] = useState<NotificationPermission | null>(null)
  const state = answer ?? before
  return (
    <Card aria-labelledby="notifications">
      <CardHeader id="notifications" title="Notifications" />
      <CardBody className="flex flex-wrap items-center justify-between gap-3 text-sm">
        <p aria-live="polite" className="max-w-prose text-muted-foreground">
          {state && words[state]}
        </p>
        {state === "default" && <Button onClick={() => void Notification.requestPermission().then(setAnswer)}>Allow notifications</Button>}
        {sends && (
          <p className="basis-full">
            <Link className="underline" href={paths.notifications}>
              Webhooks, e-mail, Slack and messages while no window is open
            </Link>
          </p>
        )}
      </CardBody>
    </Card>
  )
}
