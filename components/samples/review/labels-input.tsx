"use client"

import { useQuery } from "@tanstack/react-query"
import { type ComponentProps, useId, useState } from "react"
import { Input } from "@/components/ui/form/input.tsx"
import { limits } from "@/contract/limits.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"

interface LabelsInputProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  runId: string
  /** With commas between them. */
  value: string
  onChange: (labels: string) => void
}

/** Labels with commas between them; those that samples of the run have already are offered, so that one thing keeps one name. */
export function LabelsInput({ runId, value, onChange, ...rest }: LabelsInputProps) {
  const listId = useId()
  const [isUsed, setUsed] = useState(false)
  const { data } = useQuery({
    queryKey: queryKeys.reviews(runId),
    queryFn: () => browserReads(runId).reviewSummary(),
    enabled: isUsed,
  })
  const before = value.slice(0, value.lastIndexOf(",") + 1)
  const given = value.split(",").map((label) => label.trim())
  return (
    <>
      <Input
        aria-label="Labels"
        title={`At most ${limits.tagsMax} labels of ${limits.tagCharactersMax} characters, with commas between them`}
        placeholder="Labels, with commas"
        autoComplete="off"
        list={listId}
        value={value}
        onFocus={() => setUsed(true)}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      <datalist id={listId}>
        {(data?.labels ?? [])
          .filter(({ label }) => !given.includes(label))
          .map(({ label }) => (
            <option key={label} value={before === "" ? label : `${before} ${label}`} />
          ))}
      </datalist>
    </>
  )
}
