"use client"

import { type ReactNode, useState } from "react"
import { useFormContext, useWatch } from "react-hook-form"
import type { SectionId } from "@/contract/index.ts"
import { FieldSection } from "./field-section.tsx"
import { setFields } from "./launch-outline.ts"
import type { LaunchValues } from "./launch-schema.ts"

interface FoldedFieldsProps {
  title: string
  section: SectionId
  columns: 1 | 2
  /** What it says when nothing in it is set. */
  unset: string
  children?: ReactNode
}

/** Fields that most runs leave as they are: folded with what is set in them beside the title, open where something is. */
export function FoldedFields({ title, section, columns, unset, children }: FoldedFieldsProps) {
  const { getValues } = useFormContext<LaunchValues>()
  const [wasSet] = useState(() => setFields(getValues(), section).length > 0)
  const set = setFields(useWatch() as LaunchValues, section)
  return (
    <details open={wasSet} className="group/fold min-w-0">
      <FoldTitle title={title} note={set.length > 0 ? set.join(", ") : unset} />
      <div className="flex flex-col gap-4 pt-3">
        {children}
        <FieldSection section={section} columns={columns} />
      </div>
    </details>
  )
}

/** The line of a folded part of the form: the hairline of a section, and what is in it. */
export function FoldTitle({ title, note }: { title: string; note: string }) {
  return (
    <summary className="flex min-h-9 list-none items-baseline gap-2.5 border-b py-1.5 [&::-webkit-details-marker]:hidden">
      <span aria-hidden className="text-muted-foreground text-xs transition-transform group-open/fold:rotate-90">
        ▸
      </span>
      <h3 className="font-semibold text-sm">{title}</h3>
      <span className="min-w-0 truncate text-2xs text-muted-foreground">{note}</span>
    </summary>
  )
}
