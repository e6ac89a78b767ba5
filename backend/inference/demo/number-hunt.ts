import type { ModelId } from "./models.ts"
import type { Random } from "./seeded-random.ts"
import type { Skill } from "./skill.ts"

type Hint = { guess: number; higher: boolean }

/** Chances per turn of overlooking the latest hint, of guessing beside the middle, and of leaving out the tags. */
const habits: Record<ModelId, { overlooks: number; besideMiddle: number; noTags: number }> = {
  "demo/scholar": { overlooks: 0.03, besideMiddle: 0.04, noTags: 0.01 },
  "demo/apprentice": { overlooks: 0.1, besideMiddle: 0.45, noTags: 0.04 },
  "demo/novice": { overlooks: 0.08, besideMiddle: 1, noTags: 0.08 },
}

function range(hints: Hint[], upperBound: number): [number, number] {
  return hints.reduce<[number, number]>(
    ([low, high], { guess, higher }) => (higher ? [Math.max(low, guess + 1), high] : [low, Math.min(high, guess - 1)]),
    [1, upperBound],
  )
}

function walk(hints: Hint[], upperBound: number, model: ModelId, random: Random): number {
  const last = hints.at(-1)
  if (!last) return random.int(1, upperBound)
  if (random.chance(habits[model].overlooks)) return last.guess
  const [low, high] = range(hints, upperBound)
  const step = random.int(1, Math.max(1, (high - low) >> 1))
  return Math.min(upperBound, Math.max(1, last.guess + (last.higher ? step : -step)))
}

function bisect(hints: Hint[], upperBound: number, model: ModelId, random: Random): number {
  const habit = habits[model]
  const [low, high] = range(random.chance(habit.overlooks) ? hints.slice(0, -1) : hints, upperBound)
  const quarter = Math.floor((high - low) / 4)
  const middle = (low + high) >> 1
  return random.chance(habit.besideMiddle) ? random.int(low + quarter, high - quarter) : middle
}

/** Follows the hints: the novice walks up and down in strides, the others halve what is left. */
export const numberHunt: Skill = ({ messages }, model, random) => {
  const bound = messages.map((message) => /hidden number is between 1 and (\d+)/.exec(message.text)?.[1]).find(Boolean)
  if (!bound) return null
  const upperBound = Number(bound)
  const hints = messages.flatMap((message) => {
    const match = message.role === "user" && /is (higher|lower) than (\d+)/.exec(message.text)
    return match ? [{ guess: Number(match[2]), higher: match[1] === "higher" }] : []
  })
  const guess = model === "demo/novice" ? walk(hints, upperBound, model, random) : bisect(hints, upperBound, model, random)
  if (random.chance(habits[model].noTags)) return { content: `My guess is ${guess}.` }
  if (model === "demo/novice") return { content: `<guess>${guess}</guess>` }
  const [low, high] = range(hints, upperBound)
  const thought = `It is between ${low} and ${high}, which leaves ${high - low + 1} numbers.`
  if (model === "demo/scholar" && random.chance(0.3)) return { reasoning: thought, content: `<guess>${guess}</guess>` }
  return { content: `${thought}\n<guess>${guess}</guess>` }
}
