"use client"

import dynamic from "next/dynamic"
import { useState } from "react"
import { Spinner } from "@/components/ui/spinner.tsx"
import { FactGroup } from "./facts/fact-group.tsx"

const RawText = dynamic(() => import("./raw-text.tsx").then((module) => module.RawText), {
  ssr: false,
  loading: () => <Spinner label="Loading" />,
})

/** The sample as the library wrote it, read when the user opens it. */
export function RawSample({ runId, sampleId }: { runId: string; sampleId: string }) {
  const [wasOpened, setOpened] = useState(false)
  return (
    <FactGroup title="Raw JSON" onToggle={(isOpen) => isOpen && setOpened(true)}>
      {wasOpened && <RawText runId={runId} sampleId={sampleId} />}
    </FactGroup>
  )
}
