import { setTimeout as sleep } from "node:timers/promises"
import type { Handle, Inspection } from "../../sandbox/executor.ts"
import { type AttemptState, isLiving } from "./attempt-state.ts"
import { emptyIntake, type Intake, takeEvents, takeOutput } from "./intake.ts"
import type { LogAllowance } from "./log-allowance.ts"
import type { Mask } from "./masking.ts"
import type { Offsets, Spool } from "./spool.ts"

/**
 * From one look at the spool to the next. A finished rollout is seen after this time plus one transaction. A process that always has something to say is
 * not looked at more often: of many rollouts a second each look stores several at once, which costs little more than one.
 */
const lookEveryMs = 80
/** The same for an attempt on another machine, whose state is read together with that of others. */
const remoteLookEveryMs = 100

/** A piece of what an attempt wrote, and where the next one begins. */
export interface Piece {
  intake: Intake
  offsets: Offsets
}

/** Reads the next piece of what an attempt wrote; null when there is nothing new. */
export async function readNext(spool: Spool, from: Offsets, mask: Mask, allowance: LogAllowance): Promise<Piece | null> {
  const events = await spool.read("events", from.events)
  const output = await spool.read("output", from.output)
  if (events.offset === from.events && output.offset === from.output) return null
  const intake = emptyIntake()
  await takeEvents(intake, events.lines, mask)
  intake.logLines = allowance.take(intake.logLines)
  takeOutput(intake, output.lines, mask)
  if (events.oversized || output.oversized)
    intake.logLines.push({ at: Date.now(), stream: "platform", level: "warning", text: "A line of more than 16 MiB was left out" })
  intake.logLines.sort((a, b) => a.at - b.at)
  return { intake, offsets: { events: events.offset, output: output.offset } }
}

export interface Following {
  /** Stores the next piece of what the attempt wrote, after it was found in this state; false when there was none. */
  takeNext: (state: AttemptState) => Promise<boolean>
  /** Called with each look at the attempt's process. */
  onState?: (state: AttemptState) => Promise<void>
  /** Called after each look; true gives the attempt up. */
  mustStop: () => boolean
  /** Cuts the pause between two looks short. */
  wake: AbortSignal
}

/**
 * Watches an attempt until it has ended and everything it wrote is stored.
 * @param inspect looks at its process
 * @returns how its process ended; null when the attempt was given up
 */
export async function followAttempt(
  inspect: (handle: Handle) => Promise<AttemptState>,
  handle: Handle,
  { takeNext, onState, mustStop, wake }: Following,
): Promise<Inspection | null> {
  for (;;) {
    const began = performance.now()
    // Inspected before reading, so that nothing written just before the end is missed.
    const state = await inspect(handle)
    await onState?.(state)
    const hasTaken = await takeNext(state)
    if (mustStop()) return null
    if (!isLiving(state) && !hasTaken) return state
    const pause = (handle.remote ? remoteLookEveryMs : lookEveryMs) - (performance.now() - began)
    if (isLiving(state) && pause > 0) await sleep(pause, undefined, { signal: wake }).catch(() => {})
  }
}
