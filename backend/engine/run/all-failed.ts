import { type Failure, problemWords } from "../../../contract/index.ts"
import { findCommonProblem, hasResult } from "../../store/samples/samples.ts"
import { failure } from "../attempt/classify.ts"
import type { SupervisedRun } from "./supervised-run.ts"

/**
 * Why a run is no result of which no rollout came out: the cause of most of them. Null when any did come out. Where the library only
 * notes a problem, such as a reward function that raised or a model that did not answer in time, a 0 is its own and says nothing.
 */
export async function causeOfAll({ engine, record }: SupervisedRun): Promise<Failure | null> {
  const { samplesDone: all, samplesErrored: errored } = record.row
  if (all === 0 || (errored < all && (await hasResult(engine.services.db, record.id)))) return null
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
  const how = errored === all ? "ended with an error" : "came to nothing"
  const like = samples === all ? "" : `, ${samples.toLocaleString("en-US")} of them in this way`
  return { ...why, explanation: `${whole} ${how}${like}. ${why.explanation}` }
}
