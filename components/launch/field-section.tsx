"use client"

import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import type { RunFieldKey, SectionId } from "@/contract/index.ts"
import { launchFields } from "./launch-schema.ts"
import { RunFieldControl } from "./run-field.tsx"

interface FieldSectionProps {
  section: SectionId
  columns: 1 | 2 | 3
  /** Shown at the control of a field, after its help. */
  more?: Partial<Record<RunFieldKey, ReactNode>>
}

/** The controls of all fields of a section, in the order of the table of fields. */
export function FieldSection({ section, columns, more = {} }: FieldSectionProps) {
  return (
    <div className={cn("grid grid-cols-1 gap-4", columns === 2 && "md:grid-cols-2", columns === 3 && "md:grid-cols-3")}>
      {launchFields
        .filter((field) => field.section === section)
        .map((field) => (
          <RunFieldControl key={field.key} field={field} more={more[field.key]} />
        ))}
    </div>
  )
}
