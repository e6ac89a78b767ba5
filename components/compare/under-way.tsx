"use client"

import { useRouter } from "next/navigation"
import { useEffect, useEffectEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Sentence } from "@/components/ui/text/sentence.tsx"
import type { ComparedRun } from "@/contract/compare/compare.ts"
import type { UnderWayWords } from "@/contract/compare/words.ts"
import { Throttle } from "@/lib/live/throttle.ts"
import { useLiveMessages } from "@/lib/live/use-live.ts"

const readAgainMs = 5000

interface UnderWayProps {
  words: UnderWayWords
  runs: readonly Pick<ComparedRun, "evaluation_id">[]
  /** Examples are being read, which must not move. */
  isRead: boolean
}

/** Says that runs are under way, and reads the comparison again as they go on, unless somebody reads in it. */
export function UnderWay({ words, runs, isRead }: UnderWayProps) {
  const router = useRouter()
  const [throttle] = useState(() => new Throttle())
  useEffect(() => () => throttle.stop(), [throttle])
  const [hasNews, setHasNews] = useState(false)
  const read = async () => {
    setHasNews(false)
    router.refresh()
  }
  const hear = () => {
    if (isRead) setHasNews(true)
    else throttle.run("read", readAgainMs, read)
  }
  useLiveMessages({
    notice: ({ evaluation_id: id }) => {
      if (runs.some((run) => run.evaluation_id === id)) hear()
    },
    hello: hear,
  })
  // The runs went on while the page was on its way, and may have ended.
  const begin = useEffectEvent(() => {
    if (!isRead) hear()
  })
  useEffect(() => begin(), [])
  return (
    <div role="status" className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
      {words.isAll ? (
        <Sentence rest={words.rest} proof={words.proof}>
          {words.claim}
        </Sentence>
      ) : (
        <p className="text-sm">
          <span className="font-medium text-accent">{words.claim}</span> <span className="text-muted-foreground">{words.rest}</span>
        </p>
      )}
      {hasNews && (
        <Button size="sm" onClick={() => void read()}>
          Show the newest
        </Button>
      )}
    </div>
  )
}
