import type { JsonObject } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { RewardText } from "../reward-text.tsx"
import { FactGroup } from "./fact-group.tsx"
import { agents } from "./scores.ts"

/** The agents of an episode in which several took part. */
export function Agents({ sample }: { sample: JsonObject }) {
  const all = agents(sample)
  if (all.length === 0) return null
  return (
    <FactGroup title={`Agents (${all.length})`} open>
      <ul className="flex flex-col gap-2 text-sm">
        {all.map((agent) => (
          <li key={agent.name} className="min-w-0">
            <p className="flex min-w-0 justify-between gap-3">
              <bdi className="break-anywhere font-medium">{agent.name}</bdi>
              {agent.reward === null ? <span className="text-muted-foreground">not evaluated</span> : <RewardText reward={agent.reward} />}
            </p>
            <p className="break-anywhere text-muted-foreground text-xs">
              {[
                `${formatCount(agent.turns)} ${agent.turns === 1 ? "turn" : "turns"}`,
                agent.stopCondition && `stopped by ${agent.stopCondition}`,
                agent.failed && "failed",
              ]
                .filter(Boolean)
                .join(", ")}
            </p>
          </li>
        ))}
      </ul>
    </FactGroup>
  )
}
