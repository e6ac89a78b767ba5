"use client"

import { useSyncExternalStore } from "react"

const never = () => () => {}

/**
 * False only while the server's HTML is being taken over. A part of the page may be taken over after notices have moved
 * the cache on; it must first render what the server rendered, and shows the newer data right after.
 */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
