import { CircleSlash } from "lucide-react"
import type { Evaluation } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { Callout } from "./callout.tsx"

/** Says that some values of the samples could not be kept, as the run's metadata counts them. */
export function LostValues({ run }: { run: Evaluation }) {
  const { count, first } = (run.metadata.lost_values ?? {}) as { count?: unknown; first?: unknown }
  if (typeof count !== "number" || count < 1) return null
  const title = count === 1 ? "One value could not be kept" : `${formatCount(count)} values could not be kept`
  return (
    <Callout id="lost-values" tone="warning" Icon={CircleSlash} title={title}>
      <p className="break-anywhere mt-1 max-w-prose text-sm">
        They are no numbers that can be kept, such as NaN, infinity or a negative count of tokens, and stand as null. A reward that is null
        does not count in the mean.
        {typeof first === "string" && ` The first is in ${first}.`}
      </p>
    </Callout>
  )
}
