import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { SampleNodeList } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import type { TextView } from "../transcript/text-view.ts"
import type { NodeCounts } from "./large-window.ts"

const labels: Record<SampleNodeList, string> = { messages: "Messages", events: "Events" }

/** The messages of a large sample, or what happened in it, and the way to any of them. */
export function NodeLists({ counts, view, here }: { counts: NodeCounts; view: TextView; here: string }) {
  const total = counts[view.list]
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
      <nav aria-label="Parts of the sample" className="flex gap-4">
        {(Object.keys(labels) as SampleNodeList[]).map((list) => (
          <Link
            key={list}
            href={view.hrefOfList(list)}
            prefetch={false}
            aria-current={view.list === list ? "page" : undefined}
            className={cn("border-transparent border-b-2 pb-1", view.list === list ? "border-foreground" : "text-muted-foreground")}
          >
            {labels[list]} <span className="tabular text-muted-foreground">{formatCount(counts[list])}</span>
          </Link>
        ))}
      </nav>
      <form action={here.split("?")[0]} className="flex items-center gap-2">
        {[...new URLSearchParams(here.split("?")[1])].map(([name, value]) => (
          <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
        ))}
        {view.list === "events" && <input type="hidden" name="list" value="events" />}
        <label className="flex items-center gap-2 text-muted-foreground">
          {view.list === "events" ? "Event" : "Message"}
          <input
            name="message"
            type="number"
            min={1}
            max={Math.max(1, total)}
            required
            defaultValue={view.message ?? 1}
            className="tabular h-8 w-28 rounded-md border border-input bg-card px-2 text-foreground"
          />
        </label>
        <button type="submit" className="h-8 rounded-md border bg-card px-3 font-medium hover:bg-muted">
          Go
        </button>
      </form>
    </div>
  )
}
