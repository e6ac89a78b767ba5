import type { EngineWord } from "../remote-engine.ts"
import type { RayJob } from "./objects.ts"

const sentenceMax = 500

/** How a job stands. What Ray says of its end is a hint: on a node that it has lost, what it started runs on. */
export function standingOf({ status, message }: RayJob): EngineWord {
  const said = (message ?? "").replace(/\s+/g, " ").trim().slice(0, sentenceMax)
  if (status === "PENDING") return { phase: "pending", reason: said || "its scheduler" }
  if (status === "RUNNING") return { phase: "running" }
  if (status === "SUCCEEDED") return { phase: "gone" }
  return { phase: "gone", reason: said ? `${status}: ${said}` : status }
}
