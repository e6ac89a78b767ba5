import type { ListSharedLogResponse } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import { formatCount } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

/** The log of a shared run, a page of it. */
export function SharedLogView({ token, log, from }: { token: string; log: ListSharedLogResponse; from: number }) {
  if (log.lines.length === 0) return <p className="text-muted-foreground text-sm">The log is empty.</p>
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted-foreground text-sm">{`${formatCount(log.total)} lines`}</p>
      <ol className="min-w-0 font-mono text-xs leading-5">
        {log.lines.map(({ n, at, text }) => (
          <li key={n} className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3">
            <time dateTime={at} className="text-muted-foreground">
              {at.slice(11, 19)}
            </time>
            <span className="break-anywhere whitespace-pre-wrap">{plainText(text)}</span>
          </li>
        ))}
      </ol>
      <nav aria-label="Pages" className="flex gap-4 text-sm">
        {from > 0 && (
          <a href={paths.sharedLogs(token)} className="link">
            Beginning
          </a>
        )}
        {log.next !== null && (
          <a href={paths.sharedLogs(token, { from: String(log.next) })} className="link">
            Later lines
          </a>
        )}
      </nav>
    </div>
  )
}
