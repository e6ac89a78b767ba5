"use client"

import { Ban, CircleCheck, TerminalSquare } from "lucide-react"
import { type ReactNode, useEffect, useRef, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { TimeAgo, useNow } from "@/components/ui/text/time-ago.tsx"
import type { Challenge, ChallengeState } from "@/contract/index.ts"
import { useWrite } from "@/lib/use-write.ts"
import { answerChallenge } from "./challenge-actions.ts"
import { ChallengeEnd, type ChallengeEnding } from "./challenge-end.tsx"

const endings: Record<Exclude<ChallengeState, "WAITING">, ChallengeEnding> = { APPROVED: "approved", DENIED: "denied", DONE: "done" }

/** A terminal asks for a key: the person compares the code and approves or denies. */
export function ChallengeCard({ challenge, person }: { challenge: Challenge; person: string | null }) {
  const [state, setState] = useState(challenge.state)
  const [answer, setAnswer] = useState<"approve" | "deny" | null>(null)
  const { run, isPending, refusal } = useWrite()
  const end = useRef<HTMLDivElement>(null)
  const isExpired = useNow() >= Date.parse(challenge.expires_at)

  useEffect(() => {
    // The buttons are gone, so screen reader and keyboard users continue at the outcome.
    if (answer !== null && state !== "WAITING") end.current?.focus()
  }, [answer, state])

  const give = (chosen: "approve" | "deny") => {
    if (isPending) return
    setAnswer(chosen)
    run(
      () => answerChallenge(challenge.challenge, chosen),
      (next) => setState(next.state),
    )
  }

  if (state !== "WAITING" || isExpired)
    return (
      <div ref={end} tabIndex={-1} className="outline-none">
        <ChallengeEnd ending={state === "WAITING" ? "expired" : endings[state]} />
      </div>
    )
  return (
    <section aria-labelledby="challenge" className="flex flex-col gap-5 rounded-lg border bg-card p-6">
      <div className="flex flex-col items-center gap-2 text-center">
        <TerminalSquare aria-hidden className="size-8 text-accent" />
        <h1 id="challenge" className="font-semibold text-xl tracking-tight">
          A terminal wants to sign in
        </h1>
        <p className="max-w-prose text-muted-foreground text-sm">
          Someone ran <code className="font-mono text-xs">prime login</code>. Approve only if it was you and your terminal shows this code:
        </p>
      </div>
      <p className="break-anywhere rounded-md border bg-muted/60 px-4 py-3 text-center font-mono font-semibold text-2xl tracking-widest">
        {challenge.challenge}
      </p>
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-sm">
        <Fact name="Requested">
          <TimeAgo at={challenge.created_at} />
        </Fact>
        {person && <Fact name="Signs in as">{person}</Fact>}
        <Fact name="It gets">a new API key, which can do everything that you can do. You can revoke it in the settings.</Fact>
      </dl>
      <div role="alert">{refusal && <FieldError>{refusal.message}</FieldError>}</div>
      <div className="grid grid-cols-2 gap-2">
        <Button className="h-10" pending={isPending && answer === "deny"} onClick={() => give("deny")}>
          <Ban aria-hidden />
          Deny
        </Button>
        <Button variant="primary" className="h-10" pending={isPending && answer === "approve"} onClick={() => give("approve")}>
          <CircleCheck aria-hidden />
          Approve
        </Button>
      </div>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="break-anywhere">{children}</dd>
    </>
  )
}
