import { Wrench } from "lucide-react"
import { ButtonLink } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import type { Evaluation, FailureFix } from "@/contract/index.ts"
import { fixHref } from "@/lib/launch-links.ts"

interface FixLinkProps {
  run: Evaluation
  fix: FailureFix | null | undefined
  size?: "sm" | "md"
}

/** Leads to the launch form with what went wrong changed. Nothing where there is no such fix. */
export function FixLink({ run, fix, size = "md" }: FixLinkProps) {
  const href = fixHref(run, fix)
  if (!href || !fix) return null
  return (
    <ButtonLink
      href={href}
      size={size}
      variant={size === "md" ? "primary" : "secondary"}
      className={cn("h-auto max-w-full shrink whitespace-normal py-1 print:hidden", size === "md" ? "mt-3 min-h-8" : "min-h-7")}
    >
      <Wrench aria-hidden />
      {fix.label}
    </ButtonLink>
  )
}
