"use client"

import { useEffect, useEffectEvent, useSyncExternalStore } from "react"
import type { EvaluationNotice } from "@/contract/index.ts"
import type { LiveState } from "./connection.ts"
import { live } from "./live.ts"

/** Calls `notice` whenever a run changes, and `hello` whenever notices may have been missed. Both are hints to read again. */
export function useLiveMessages(handlers: { notice?: (notice: EvaluationNotice) => void; hello?: () => void }): void {
  const handle = useEffectEvent((message: Parameters<Parameters<typeof live.subscribe>[0]>[0]) => {
    if (message.kind === "notice") handlers.notice?.(message.notice)
    if (message.kind === "hello") handlers.hello?.()
  })
  useEffect(() => live.subscribe((message) => handle(message)), [])
}

export const useEvaluationNotices = (handler: (notice: EvaluationNotice) => void): void => useLiveMessages({ notice: handler })

export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    live.subscribe,
    () => live.state,
    () => "connecting",
  )

/** Pages of active runs ask again this often. With a stream it is only a net for notices that got lost on the way. */
export const pollInterval = (state: LiveState): number => (state === "connected" ? 30_000 : 3000)
