import type { Observed } from "./observed.ts"
import { holdsAnswer, touchesGrader } from "./telling.ts"

/** What is kept of a sample until the whole run was read: some hundred bytes, however much it says. */
export interface Noted extends Pick<Observed, "sample_id" | "example_id" | "reward" | "metrics" | "outcome" | "stop_condition"> {
  /** The first line of its error. */
  error: string | null
  /** Names of its tools, calls of one after the other counted once: "search → calculate"; empty without any. */
  tools: string
  lastTool: string | null
  lastToolFailed: boolean
  /** It says nothing in the end. */
  isEmpty: boolean
  answerInPrompt: boolean
  answerInResult: boolean
  grader: boolean
}

const lineCharacters = 80
const toolsCharacters = 500

/** A copy, since a part of a text would keep all of it in memory. */
const cut = (text: string, most: number): string => JSON.parse(JSON.stringify(text.length > most ? `${text.slice(0, most - 1)}…` : text))

const firstLine = (text: string): string => cut(text.split("\n").find((one) => one.trim() !== "") ?? "", lineCharacters)

/** Takes down what is compared of a sample. */
export function note(sample: Observed): Noted {
  const { sample_id, example_id, reward, metrics, outcome, stop_condition, error, tools, lastToolFailed, answer, prompt, results, calls } =
    sample
  const sequence = tools.filter((name, i) => name !== tools[i - 1]).join(" → ")
  return {
    sample_id,
    example_id,
    reward,
    metrics,
    outcome,
    stop_condition,
    error: error === null ? null : firstLine(error),
    tools: cut(sequence, toolsCharacters),
    lastTool: tools.at(-1) ?? null,
    lastToolFailed,
    isEmpty: answer.trim() === "",
    answerInPrompt: holdsAnswer([prompt], sample),
    answerInResult: holdsAnswer(results, sample),
    grader: calls.some(touchesGrader),
  }
}
