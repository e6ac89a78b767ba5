"use client"

import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { LogFilter } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { downloadHref } from "./logs-search.ts"
import { readText } from "./read-text.ts"

interface LogDownloadProps {
  id: string
  filter: LogFilter
  /** The platform streams the log as a file; otherwise it is assembled here. */
  streams: boolean
  /** An icon. */
  children: ReactNode
}

/** The log, or the lines of it that fit, as a file: text, or JSON with time, stream and level. */
export function LogDownload({ id, filter, streams, children }: LogDownloadProps) {
  const toast = useToast()
  const [isReading, setReading] = useState(false)
  const start = (href: string, name: string) => {
    const link = document.createElement("a")
    link.href = href
    link.download = name
    link.click()
  }
  const gather = async () => {
    setReading(true)
    try {
      const { text } = await readText(browserReads(id).logLines, filter)
      const address = URL.createObjectURL(new Blob([`${plainText(text)}\n`], { type: "text/plain" }))
      start(address, `${id}.log`)
      URL.revokeObjectURL(address)
    } catch (error) {
      toast({ title: "The log could not be read", description: error instanceof Error ? error.message : String(error), tone: "danger" })
    } finally {
      setReading(false)
    }
  }
  if (!streams)
    return (
      <Button pending={isReading} onClick={() => void gather()}>
        {children}
        Download
      </Button>
    )
  return (
    <>
      <Button onClick={() => start(downloadHref(id, filter, "text"), `${id}.log`)}>
        {children}
        Download
      </Button>
      <Button title="With time, stream and level of each line" onClick={() => start(downloadHref(id, filter, "jsonl"), `${id}.log.jsonl`)}>
        {children}
        JSON lines
      </Button>
    </>
  )
}
