import { EvaluationNotice } from "../../../contract/index.ts"
import { findEvaluation } from "../../store/evaluations/evaluations.ts"
import { type Context, requireUser } from "../context.ts"

/** Notices waiting for a slow reader are merged per run, so this is also the most runs that may wait. */
const waitingMax = 1000

/** Changes of evaluations that the caller may see, as they happen, until `stop` is called. */
export function watchEvaluations(ctx: Context): { notices: AsyncIterable<EvaluationNotice>; stop: () => void } {
  requireUser(ctx)
  const waiting = new Map<string, EvaluationNotice>()
  const visible = new Map<string, Promise<boolean>>()
  let stopped = false
  let wake: () => void = () => {}

  const maySee = (id: string): Promise<boolean> => {
    let answer = visible.get(id)
    if (!answer) {
      answer = findEvaluation(ctx.db, ctx.viewer, id).then(
        (found) => found !== undefined,
        () => false,
      )
      if (visible.size > waitingMax) visible.clear()
      visible.set(id, answer)
    }
    return answer
  }

  const off = ctx.signals.on("notice", (payload) => {
    const parsed = EvaluationNotice.safeParse(JSON.parse(payload))
    if (!parsed.success || waiting.size >= waitingMax) return
    waiting.set(parsed.data.evaluation_id, parsed.data)
    wake()
  })
  const stop = () => {
    stopped = true
    off()
    wake()
  }

  async function* notices(): AsyncIterable<EvaluationNotice> {
    while (!stopped) {
      const [first] = waiting
      if (!first) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      waiting.delete(first[0])
      if (await maySee(first[0])) yield first[1]
    }
  }
  return { notices: notices(), stop }
}
