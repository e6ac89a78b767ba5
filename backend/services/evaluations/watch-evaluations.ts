import type { EvaluationNotice } from "../../../contract/index.ts"
import type { OwnedNotice } from "../../store/signals.ts"
import { isOwnedBy } from "../../store/viewer.ts"
import { type Context, requireUser } from "../context.ts"

/** Notices waiting for a slow reader are merged per run, so this is also the most runs that may wait. */
const waitingMax = 1000

/** The longest time that a timer takes. What expires later than that is not open for so long. */
const timerMaxMs = 2 ** 31 - 1

/** Calls when what the caller asks with expires. */
function expiry({ caller }: Context, call: () => void): NodeJS.Timeout | undefined {
  const endsAt = caller.kind === "user" ? caller.endsAt : null
  const left = endsAt ? endsAt.getTime() - Date.now() : Number.POSITIVE_INFINITY
  return left <= timerMaxMs ? setTimeout(call, Math.max(0, left)).unref() : undefined
}

/**
 * Changes of evaluations that the caller may see, as they happen, until `stop` is called, their key or session expires, or they may not see
 * any more what they could: clients connect again, and are asked who they are. `missed` takes the place of notices that
 * did not arrive, or were too many for a slow reader: whatever is shown is to be read again.
 */
export function watchEvaluations(ctx: Context): { notices: AsyncIterable<EvaluationNotice | "missed">; stop: () => void } {
  const userId = requireUser(ctx)
  const waiting = new Map<string, EvaluationNotice>()
  let hasMissed = false
  let stopped = false
  let wake: () => void = () => {}

  const miss = () => {
    waiting.clear()
    hasMissed = true
    wake()
  }
  const offNotices = ctx.signals.on("notice", (payload) => {
    const { owner, notice } = JSON.parse(payload) as OwnedNotice
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
  }

  async function* notices(): AsyncIterable<EvaluationNotice | "missed"> {
    while (!stopped) {
      const [first] = waiting
      if (hasMissed) {
        hasMissed = false
        yield "missed"
      } else if (first) {
        waiting.delete(first[0])
        yield first[1]
      } else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
  return { notices: notices(), stop }
}
