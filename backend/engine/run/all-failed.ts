import { type Failure, problemWords } from "../../../contract/index.ts"
import { findCommonProblem } from "../../store/samples/samples.ts"
import { failure } from "../attempt/classify.ts"
import type { SupervisedRun } from "./supervised-run.ts"

/** Why a run without one rollout that came out is no result: the cause of most of its rollouts. Null when any did come out. */
export async function causeOfAll({ engine, record }: SupervisedRun): Promise<Failure | null> {
  const { samplesDone: all, samplesErrored: errored } = record.row
  if (all === 0 || errored < all) return null
  const { problem, error, samples } = await findCommonProblem(engine.services.db, record.id)
  const {
    class: kind,
    exception,
    message,
    place,
  } = problem ?? { class: "environment_rollout", exception: null, message: error, place: null }
  const { explanation, advice } = problemWords({ ...problem, class: kind })
  const why = failure(kind, { explanation, advice, exception, message, place }, record.config)
  const whole = all === 1 ? "The only rollout of this run" : `Each of the ${all.toLocaleString("en-US")} rollouts of this run`
  const like = samples === all ? "" : `, ${samples.toLocaleString("en-US")} of them in this way`
  return { ...why, explanation: `${whole} ended with an error${like}. ${why.explanation}` }
}
