import type { Random } from "./seeded-random.ts"

export type LatencyProfile = { firstTokenMs: readonly [number, number]; perTokenMs: number; maxMs: number }

/** Waiting times of one reply, so that a run with scripted models looks like a run. */
export type Latency = { firstTokenMs: number; restMs: number }

/** Plans the waiting times of a reply of `tokens` tokens; `scale` 0 means no waiting. */
export function planLatency(profile: LatencyProfile, tokens: number, random: Random, scale: number): Latency {
  const firstTokenMs = random.int(...profile.firstTokenMs)
  const restMs = Math.min(tokens * profile.perTokenMs, profile.maxMs - firstTokenMs)
  return { firstTokenMs: firstTokenMs * scale, restMs: restMs * scale }
}

/** Waits, or returns at once for nothing to wait for. */
export async function wait(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
}
