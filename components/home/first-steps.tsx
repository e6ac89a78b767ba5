"use client"

import { Check, Circle } from "lucide-react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { FirstStep, Home } from "@/contract/index.ts"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { hideSteps } from "./actions.ts"

const steps: readonly { step: FirstStep; title: string; text: string; href: string; go: string }[] = [
  {
    step: "model",
    title: "Add a model",
    text: "With a key of your own, or a server that speaks OpenAI’s API. The model on this machine and the scripted ones are there already.",
    href: paths.models,
    go: "To the models",
  },
  {
    step: "environment",
    title: "Publish an environment",
    text: "A Python package built on verifiers: drop its folder on the page, or use prime env push.",
    href: paths.environments,
    go: "To the environments",
  },
  {
    step: "run",
    title: "Run it",
    text: "Choose an environment and a model; results come in as rollouts end.",
    href: paths.environments,
    go: "Choose an environment",
  },
  {
    step: "share",
    title: "Share it",
    text: "Share, on a run’s page, makes a link that opens the run without an account.",
    href: paths.evaluations,
    go: "To the evaluations",
  },
]

/** What to do first, each step ticked off by what there is. Shown until all are done, or the reader puts them away. */
export function FirstSteps({ done }: { done: NonNullable<Home["steps"]> }) {
  const { run, isPending, refusal } = useWrite()
  const next = steps.find(({ step }) => !done[step])?.step
  return (
    <Section
      id="first-steps"
      title="First steps"
      note={`${steps.filter(({ step }) => done[step]).length} of ${steps.length} done`}
      action={
        <Button size="sm" variant="ghost" pending={isPending} onClick={() => run(hideSteps, () => {})}>
          Put away
        </Button>
      }
    >
      <ol className="grid gap-x-6 gap-y-4 sm:grid-cols-2 xl:grid-cols-4">
        {steps.map(({ step, title, text, href, go }) => {
          const isDone = done[step]
          const Icon = isDone ? Check : Circle
          return (
            <li key={step} aria-current={step === next ? "step" : undefined} className="flex min-w-0 gap-2 text-sm">
              <Icon
                aria-hidden
                className={cn("mt-0.5 size-4 shrink-0", isDone ? "text-success" : step === next ? "text-accent" : "text-border-strong")}
              />
              <div className="min-w-0">
                <h3 className={cn("font-medium", isDone && "text-muted-foreground")}>
                  {title}
                  {isDone && <span className="sr-only"> (done)</span>}
                </h3>
                <p className="text-muted-foreground text-xs">{text}</p>
                {!isDone && (
                  <Link href={href} className="text-accent text-xs hover:underline">
                    {go}
                  </Link>
                )}
              </div>
            </li>
          )
        })}
      </ol>
      {refusal && (
        <p role="alert" className="pt-2 text-danger text-xs">
          {refusal.message}
        </p>
      )}
    </Section>
  )
}
