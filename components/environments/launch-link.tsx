"use client"

import { Play } from "lucide-react"
import { usePathname } from "next/navigation"
import { ButtonLink } from "@/components/ui/button.tsx"

/** Leads to the launch form; not shown on the form itself. */
export function LaunchLink({ href }: { href: string }) {
  if (usePathname() === href) return null
  return (
    <ButtonLink href={href} variant="primary">
      <Play aria-hidden />
      Run Hosted Evaluation
    </ButtonLink>
  )
}
