import type { EvaluationNotice } from "../../../contract/index.ts"
import type { OwnedNotice } from "../../store/signals.ts"
import { isOwnedBy } from "../../store/viewer.ts"
import { type Context, requireUser } from "../context.ts"

/** Notices waiting for a slow reader are merged per run, so this is also the most runs that may wait. */
const waitingMax = 1000

/**
 * How long a reader is left alone after some notices: those that come meanwhile go out together, the last of each run. Writing to a stream costs more than
 * all else about a notice, and every open page has one.
 */
const pauseMs = 200

/** The longest time that a timer takes. What expires later than that is not open for so long. */
const timerMaxMs = 2 ** 31 - 1

/** Calls when what the caller asks with expires. */
function expiry({ caller }: Context, call: () => void): NodeJS.Timeout | undefined {
  const endsAt = caller.kind === "user" ? caller.endsAt : null
  const left = endsAt ? endsAt.getTime() - Date.now() : Number.POSITIVE_INFINITY
  return left <= timerMaxMs ? setTimeout(call, Math.max(0, left)).unref() : undefined
}

/** A notice as it was sent. All streams hear the same text, one after the other: it is read for the first of them. */
function readOwned(payload: string): OwnedNotice {
  if (payload !== latest.payload) latest = { payload, owned: JSON.parse(payload) }
  return latest.owned as OwnedNotice
}
let latest: { payload: string; owned: OwnedNotice | null } = { payload: "", owned: null }

/**
 * Changes of evaluations that the caller may see, some at a time as they happen, until `stop` is called, their key or session expires, or they may not see
 * any more what they could: clients connect again, and are asked who they are. `missed` takes the place of notices that
 * did not arrive, or were too many for a slow reader: whatever is shown is to be read again.
 */
export function watchEvaluations(ctx: Context): { notices: AsyncIterable<EvaluationNotice[] | "missed">; stop: () => void } {
  const userId = requireUser(ctx)
  const waiting = new Map<string, EvaluationNotice>()
  let hasMissed = false
  let stopped = false
  let wake: () => void = () => {}
  let endPause: () => void = () => {}

  const miss = () => {
    waiting.clear()
    hasMissed = true
    wake()
  }
  const offNotices = ctx.signals.on("notice", (payload) => {
    const { owner, notice } = readOwned(payload)
    if (!isOwnedBy(owner, ctx.viewer)) return
    if (waiting.size >= waitingMax && !waiting.has(notice.evaluation_id)) return miss()
    waiting.set(notice.evaluation_id, notice)
    wake()
  })
  const offGaps = ctx.signals.onGap(miss)
  const offAccess = ctx.signals.on("access", (changed) => changed === userId && stop())
  const expires = expiry(ctx, () => stop())
  const stop = () => {
    stopped = true
    clearTimeout(expires)
    offNotices()
    offGaps()
    offAccess()
    wake()
    endPause()
  }

  async function* notices(): AsyncIterable<EvaluationNotice[] | "missed"> {
    while (!stopped) {
      if (hasMissed) {
        hasMissed = false
        yield "missed"
      } else if (waiting.size > 0) {
        const some = [...waiting.values()]
        waiting.clear()
        yield some
        await pause()
      } else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, stopped ? 0 : pauseMs)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  return { notices: notices(), stop }
}
