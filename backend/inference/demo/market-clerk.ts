import type { ModelId } from "./models.ts"
import type { Message } from "./request.ts"
import type { Random } from "./seeded-random.ts"
import type { Draft, Skill } from "./skill.ts"

type Habit = {
  /** Whether several tools are called in one turn. */
  parallel: boolean
  /** Chance per turn of asking for an item by a name of its own. */
  renames: number
  /** Chance per turn of arguments that are not JSON. */
  brokenJson: number
  /** Chance per turn of guessing the remaining prices instead of asking. */
  givesUp: number
  forgetsDiscount: number
  roundsUp: number
  miscounts: number
  noTags: number
}

const habits: Record<ModelId, Habit> = {
  "demo/scholar": {
    parallel: true,
    renames: 0.03,
    brokenJson: 0,
    givesUp: 0,
    forgetsDiscount: 0.02,
    roundsUp: 0.03,
    miscounts: 0.04,
    noTags: 0.01,
  },
  "demo/apprentice": {
    parallel: true,
    renames: 0.15,
    brokenJson: 0.01,
    givesUp: 0,
    forgetsDiscount: 0.14,
    roundsUp: 0.15,
    miscounts: 0.17,
    noTags: 0.05,
  },
  "demo/novice": {
    parallel: false,
    renames: 0.2,
    brokenJson: 0.04,
    givesUp: 0.04,
    forgetsDiscount: 0.4,
    roundsUp: 0.3,
    miscounts: 0.25,
    noTags: 0.12,
  },
}

type Line = { count: number; item: string }
type Rule = { percent: number; minimum_cents: number }
type Notes = { skus: Map<string, string | null>; prices: Map<string, number>; rule: Rule | null }

function parseJson(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Collects what the tools have said so far; an item that the catalogue does not have is noted as null. */
function readNotes(messages: Message[]): Notes {
  const notes: Notes = { skus: new Map(), prices: new Map(), rule: null }
  const results = new Map(messages.map((message) => [message.toolCallId, message.text]))
  for (const call of messages.flatMap((message) => message.toolCalls)) {
    const asked = parseJson(call.arguments)
    const result = parseJson((results.get(call.id) ?? "").split("\n", 1).join())
    if (call.name === "look_up" && asked) notes.skus.set(String(asked.item), result ? String(result.sku) : null)
    if (call.name === "unit_price" && asked && result !== null) notes.prices.set(String(asked.sku), Number(result))
    if (call.name === "discount" && result) notes.rule = result as Rule
  }
  return notes
}

const call = (name: string, argument: Record<string, string>) => ({ name, arguments: JSON.stringify(argument) })

/** Decides on the next tool calls; none means it is time to add up. */
function nextCalls(lines: Line[], code: string | undefined, notes: Notes, habit: Habit, random: Random) {
  const items = lines.map((line) => line.item).filter((item) => !notes.skus.has(item))
  const skus = lines.flatMap(({ item }) => notes.skus.get(item) ?? []).filter((sku) => !notes.prices.has(sku))
  if (random.chance(habit.givesUp)) return []
  if (items.length > 0) {
    const asked = habit.parallel ? items : items.slice(0, 1)
    const renamed = random.chance(habit.renames) ? random.pick(asked) : null
    return asked.map((item) =>
      call("look_up", { item: item === renamed ? random.pick([`${item}s`, `fresh ${item}`, item.toUpperCase()]) : item }),
    )
  }
  const asked = habit.parallel ? skus : skus.slice(0, 1)
  const calls = asked.map((sku) => call("unit_price", { sku }))
  const isLastRound = asked.length > 0 && asked.length === skus.length
  if (isLastRound && code && !random.chance(habit.forgetsDiscount)) calls.push(call("discount", { code }))
  return calls
}

function addUp(lines: Line[], notes: Notes, habit: Habit, random: Random): Draft {
  const miscounted = random.chance(habit.miscounts) ? random.pick(lines) : null
  let total = 0
  const work = lines.map((line) => {
    const sku = notes.skus.get(line.item)
    if (sku === null) return `The catalogue has no ${line.item}, so I leave it out.`
    const price = notes.prices.get(sku ?? "")
    const count = line === miscounted ? line.count + random.pick([-1, 1]) : line.count
    total += count * (price ?? 100)
    return `${count} x ${line.item}${price ? "" : " at a guess"}: ${count} * ${price ?? 100} = ${count * (price ?? 100)}`
  })
  if (notes.rule && total >= notes.rule.minimum_cents) {
    const exact = (total * notes.rule.percent) / 100
    const off = random.chance(habit.roundsUp) ? Math.ceil(exact) : Math.floor(exact)
    work.push(`${notes.rule.percent} % off: ${total} - ${off} = ${total - off}`)
    total -= off
  }
  if (random.chance(habit.noTags)) return { content: `The amount due is ${total} cents.` }
  return { content: `${work.join("\n")}\n\n<total>${total}</total>` }
}

/** Looks up every item, then every price and the discount, and adds up. */
export const marketClerk: Skill = ({ messages, tools }, model, random) => {
  if (!tools.includes("look_up") || !tools.includes("unit_price")) return null
  const order = messages.find((message) => message.role === "user")?.text ?? ""
  const lines = [...order.matchAll(/^- (\d+) x (.+)$/gm)].map(([, count, item = ""]) => ({ count: Number(count), item }))
  if (lines.length === 0) return null
  const code = /^Discount code: (\S+)$/m.exec(order)?.[1]
  const habit = habits[model]
  const notes = readNotes(messages)
  const toolCalls = nextCalls(lines, code, notes, habit, random)
  const first = toolCalls[0]
  if (!first) return addUp(lines, notes, habit, random)
  if (random.chance(habit.brokenJson)) first.arguments = first.arguments.slice(0, -1)
  const reasoning = `The order has ${lines.length} lines${code ? ` and the code ${code}` : ""}. Next: ${toolCalls.length} tool calls.`
  return { content: "", toolCalls, ...(model === "demo/scholar" && random.chance(0.4) && { reasoning }) }
}
