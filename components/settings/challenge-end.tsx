import { Ban, CircleCheck, CircleHelp, Clock } from "lucide-react"
import { ButtonLink } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { paths } from "@/lib/paths.ts"

export type ChallengeEnding = "approved" | "done" | "denied" | "expired" | "unknown"

const looks = {
  approved: {
    Icon: CircleCheck,
    tone: "text-success",
    title: "Approved: return to your terminal",
    text: "It fetches its key within a few seconds. You can close this page.",
  },
  done: {
    Icon: CircleCheck,
    tone: "text-success",
    title: "This terminal is signed in",
    text: "It has fetched its key. You can close this page, and revoke the key in the settings.",
  },
  denied: { Icon: Ban, tone: "text-danger", title: "Denied", text: "The terminal gets no key. You can close this page." },
  expired: {
    Icon: Clock,
    tone: "text-warning",
    title: "This code has expired",
    text: "It was not approved in time. Run prime login again to get a new one.",
  },
  unknown: {
    Icon: CircleHelp,
    tone: "text-muted-foreground",
    title: "There is no such code",
    text: "It may be mistyped, or it has expired. Run prime login again and open the address that it prints.",
  },
} as const

/** How a sign-in of a terminal ended. */
export function ChallengeEnd({ ending }: { ending: ChallengeEnding }) {
  const { Icon, tone, title, text } = looks[ending]
  return (
    <section role="status" className="flex flex-col items-center gap-2 rounded-lg border bg-card px-6 py-10 text-center">
      <Icon aria-hidden className={cn("size-8", tone)} />
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      <p className="max-w-prose text-muted-foreground text-sm">{text}</p>
      <div className="mt-2">
        <ButtonLink href={paths.settings}>To the settings</ButtonLink>
      </div>
    </section>
  )
}
