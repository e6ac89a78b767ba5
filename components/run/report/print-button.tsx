"use client"

import { Printer } from "lucide-react"
import { Button } from "@/components/ui/button.tsx"

/** Opens the browser's print dialog, which also saves as PDF. */
export function PrintButton() {
  return (
    <Button variant="primary" onClick={() => window.print()}>
      <Printer aria-hidden />
      Print
    </Button>
  )
}
