import { cn } from "@/components/ui/cn.ts"
import type { CodePlace as Place } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"

/** A line of the environment's own code, with its file and line number. */
export function CodePlace({ place, className }: { place: Place; className?: string }) {
  return (
    <figure className={cn("min-w-0 overflow-hidden rounded-md border bg-muted/60", className)}>
      <figcaption className="break-anywhere border-b px-3 py-1 text-muted-foreground text-xs">
        <span className="font-medium font-mono text-foreground">{`${plainText(place.file)}:${place.line}`}</span>
        {place.function !== "<module>" && (
          <>
            {" in "}
            <span className="font-mono">{plainText(place.function)}</span>
          </>
        )}
      </figcaption>
      <pre className="whitespace-pre-wrap px-3 py-2 font-mono text-xs leading-5 [overflow-wrap:anywhere]">
        <code>{plainText(place.code)}</code>
      </pre>
    </figure>
  )
}
