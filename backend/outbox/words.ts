import type { Interval95, JsonObject, MessageType } from "../../contract/index.ts"
import { formatDifference, formatDifferences, formatScore } from "../../contract/text/score-text.ts"

/** A message as people read it. */
export interface Words {
  title: string
  lines: string[]
  /** Where the dashboard has more of it, below the platform's address. */
  path: string
}

interface About {
  type: MessageType
  data: JsonObject
}

/** What messages of the platform's own making hold: each field is there in the types that use it. */
interface Data {
  evaluation_id: string
  name: string
  status: string
  environment: string | null
  model_name: string | null
  mean_reward: number | null
  samples: number
  errored: number
  failure: { title: string } | null
  baseline_id: string
  baseline_name: string
  verdict: string | null
  difference: number
  interval95: Interval95
  examples: number
  team_id: string | null
  month: string
  monthly_usd: number
  spent_usd: number
  author: string
  text: string
  sample_id: string | null
  problem: string
  code: string
}

const counted = (count: number, what: string): string => `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`

const runPath = ({ evaluation_id: id }: Data): string => `/dashboard/evaluations/${id}`

const whatRan = ({ environment, model_name: model }: Data): string[] => {
  const named = [environment, model].filter(Boolean).join(" with ")
  return named ? [named] : []
}

function resultOf({ mean_reward: mean, samples, errored }: Data): string {
  const errors = errored > 0 ? `, ${counted(errored, "error")}` : ""
  return `${mean === null ? "No reward" : `Mean reward ${formatScore(mean)}`} over ${counted(samples, "rollout")}${errors}`
}

/** Says a message in words: a title, and some lines below it. */
export function wordsOf({ type, data }: About): Words {
  const it = data as unknown as Data
  switch (type) {
    case "evaluation.completed":
      return { title: `${it.name} has completed`, lines: [resultOf(it), ...whatRan(it)], path: runPath(it) }
    case "evaluation.failed":
      return {
        title: `${it.name} ${it.status === "TIMEOUT" ? "ran out of time" : "has failed"}`,
        lines: [...(it.failure ? [it.failure.title] : []), resultOf(it), ...whatRan(it)],
        path: runPath(it),
      }
    case "evaluation.cancelled":
      return { title: `${it.name} was stopped`, lines: [resultOf(it), ...whatRan(it)], path: runPath(it) }
    case "evaluation.regressed":
      return it.verdict === null
        ? { title: `${it.name} is being compared with its baseline`, lines: [], path: comparePath(it) }
        : {
            title: `${it.name} is worse than its baseline`,
            lines: [
              `${formatDifference(it.difference, it.interval95)} against ${it.baseline_name}, 95 % interval ${formatDifferences(it.interval95)}, over ${counted(it.examples, "example")}`,
              ...whatRan(it),
            ],
            path: comparePath(it),
          }
    case "budget.near_end": {
      const share = Math.floor((100 * it.spent_usd) / it.monthly_usd)
      return {
        title: `${it.team_id ? "Your team's" : "Your"} budget for ${it.month} is ${Number.isFinite(share) ? share : 100} % used`,
        lines: [`$${it.spent_usd.toFixed(2)} of $${it.monthly_usd.toFixed(2)} spent. Runs that cost something are stopped at its end.`],
        path: "/dashboard/usage",
      }
    }
    case "comment.mentioned":
      return {
        title: `${it.author} mentioned you beside ${it.name}`,
        lines: [it.text],
        path: it.sample_id ? `${runPath(it)}/samples/${encodeURIComponent(it.sample_id)}` : runPath(it),
      }
    case "schedule.missed":
      return {
        title: `The schedule ${it.name} launched no run`,
        lines: [it.problem, ...(it.environment ? [it.environment] : [])],
        path: it.environment
          ? `/dashboard/environments/${it.environment.split("/").map(encodeURIComponent).join("/")}/schedules`
          : "/dashboard",
      }
    case "channel.test":
      return { title: "A test message of Hosted Evals", lines: ["Messages reach you here."], path: "/dashboard/settings/notifications" }
    case "channel.confirm":
      return {
        title: "Confirm your address",
        lines: [
          `Your code is ${it.code}. Enter it in the settings of your notifications, and messages of Hosted Evals will reach you here.`,
          "If you did not ask for this, leave it: nothing else will be sent.",
        ],
        path: "/dashboard/settings/notifications",
      }
  }
}

const comparePath = ({ baseline_id: baseline, evaluation_id: id }: Data): string => `/dashboard/evaluations/compare?runs=${baseline},${id}`
