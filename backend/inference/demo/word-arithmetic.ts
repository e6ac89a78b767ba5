import type { ModelId } from "./models.ts"
import type { Random } from "./seeded-random.ts"
import type { Skill } from "./skill.ts"

type Step = { sign: "+" | "-" | "*" | "/"; value: number }

/** Chances of a slip per step, of words in the answer tag, of no tags at all, and of separate reasoning. */
const habits: Record<ModelId, { slip: number; wordsInTag: number; noTags: number; reasoning: number }> = {
  "demo/scholar": { slip: 0.016, wordsInTag: 0.02, noTags: 0, reasoning: 0.4 },
  "demo/apprentice": { slip: 0.095, wordsInTag: 0.15, noTags: 0.06, reasoning: 0 },
  "demo/novice": { slip: 0.22, wordsInTag: 0.1, noTags: 0.28, reasoning: 0 },
}

// Bounded repetitions: a prompt of nothing but digits must not make a pattern slow.
const sentences: [RegExp, Step["sign"]][] = [
  [/(\d{1,9}) more /, "+"],
  [/(\d{1,9}) crates with (\d{1,9})/, "+"],
  [/(\d{1,9}) bags with (\d{1,9})/, "-"],
  [/sells (\d{1,9}) |(\d{1,9}) \w+ are damaged/, "-"],
  [/^Half of /, "/"],
  [/at (\d{1,9}) coins apiece/, "*"],
]

function readStep(sentence: string): Step | null {
  for (const [pattern, sign] of sentences) {
    const numbers = pattern.exec(sentence)?.slice(1).filter(Boolean).map(Number)
    if (numbers) return { sign, value: sign === "/" ? 2 : numbers.reduce((product, number) => product * number, 1) }
  }
  return null
}

function compute(left: number, { sign, value }: Step): number {
  if (sign === "+") return left + value
  if (sign === "-") return left - value
  return sign === "*" ? left * value : Math.floor(left / value)
}

function slipped(left: number, step: Step, right: number, random: Random): number {
  const confused = step.sign === "+" ? left - step.value : left + step.value
  return random.pick([right + 1, right - 1, right + 10, right - 10, confused])
}

/** Reads the story sentence by sentence and writes down one line of arithmetic for each. */
export const wordArithmetic: Skill = ({ messages }, model, random) => {
  if (!messages[0]?.text.startsWith("You solve arithmetic word problems.")) return null
  const story = messages.at(-1)?.text ?? ""
  const [opening = "", ...rest] = story.split(/(?<=[.?]) /)
  const steps = rest.map(readStep).filter((step) => step !== null)
  const habit = habits[model]
  let total = Number(/\d{1,9}/.exec(opening)?.[0] ?? 0)
  const lines = steps.map((step) => {
    const left = total
    const right = compute(left, step)
    total = random.chance(habit.slip) ? slipped(left, step, right, random) : right
    return `${left} ${step.sign} ${step.value} = ${total}`
  })
  if (random.chance(habit.noTags)) return { content: `${lines.join(", ")}. So the answer is ${total}.` }
  const things = /How many (\w+)/.exec(story)?.[1] ?? "in all"
  const answer = random.chance(habit.wordsInTag) ? `${total} ${things}` : `${total}`
  return {
    content: `<reasoning>\n${lines.join("\n")}\n</reasoning>\n<answer>\n${answer}\n</answer>`,
    ...(random.chance(habit.reasoning) && {
      reasoning: `The story has ${steps.length} steps and asks how many ${things}. I start from the first number and follow the sentences in order.`,
    }),
  }
}
