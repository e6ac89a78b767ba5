import { Pencil, Trash2, Unlink } from "lucide-react"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { NamedValue } from "./named-value.ts"

interface EntryRowProps {
  entry: NamedValue
  onEdit: () => void
  onRemove: () => void
}

/** One secret or variable of the list. */
export function EntryRow({ entry, onEdit, onRemove }: EntryRowProps) {
  const removal = entry.isLinked ? "Unlink" : "Delete"
  return (
    <li className="flex min-w-0 items-start gap-3 border-b py-2 last:border-b-0">
      <div className="grid min-w-0 flex-1 gap-x-4 gap-y-0.5 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <bdi className="break-anywhere font-mono text-xs leading-5">{entry.name}</bdi>
          {entry.isLinked && <Badge>Global</Badge>}
          {entry.isFile && <Badge>File</Badge>}
        </div>
        <div className="min-w-0 text-xs leading-5">
          {entry.value === undefined ? <HiddenValue setAt={entry.updatedAt} /> : <ShownValue value={entry.value} />}
          {entry.description && <p className="break-anywhere text-muted-foreground">{entry.description}</p>}
        </div>
      </div>
      <div className="flex shrink-0">
        {!entry.isLinked && (
          <Button variant="ghost" size="sm" icon aria-label={`Change ${entry.name}`} title="Change" onClick={onEdit}>
            <Pencil aria-hidden />
          </Button>
        )}
        <Button variant="ghost" size="sm" icon aria-label={`${removal} ${entry.name}`} title={removal} onClick={onRemove}>
          {entry.isLinked ? <Unlink aria-hidden /> : <Trash2 aria-hidden />}
        </Button>
      </div>
    </li>
  )
}

const HiddenValue = ({ setAt }: { setAt: string }) => (
  <span className="text-muted-foreground">
    <span aria-hidden className="mr-2 tracking-widest">
      ••••••
    </span>
    <span className="sr-only">Value hidden, </span>
    set <TimeAgo at={setAt} />
  </span>
)

const ShownValue = ({ value }: { value: string }) => (
  <span className="break-anywhere line-clamp-3 whitespace-pre-wrap font-mono">
    {value === "" ? <span className="font-sans text-muted-foreground">empty</span> : value}
  </span>
)
