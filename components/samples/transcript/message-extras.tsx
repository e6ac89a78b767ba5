import type { Message } from "@/contract/samples/messages/conversation.ts"
import { shownJson } from "@/contract/samples/messages/part-text.ts"
import { formatCount } from "@/lib/format.ts"
import { Text } from "./message-parts.tsx"
import type { TextView } from "./text-view.ts"

/** What nothing else shows of a message, a call or a result. */
export function OtherFields({ rest, name, view }: { rest: Message["rest"]; name: string; view: TextView }) {
  if (rest === null) return null
  return (
    <details open={view.isFull(name)}>
      <summary className="text-muted-foreground text-xs hover:text-foreground">Other fields</summary>
      <div className="mt-1">
        <Text text={shownJson(rest)} name={name} view={view} markdown={false} mono isCode />
      </div>
    </details>
  )
}

export function Reasoning({ texts, name, view }: { texts: string[]; name: string; view: TextView }) {
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  return (
    <details open={texts.some((_, i) => view.isFull(`${name}.reasoning${i}`))}>
      <summary className="text-muted-foreground text-xs hover:text-foreground">
        Reasoning <span className="tabular">{`${formatCount(length)} characters`}</span>
      </summary>
      <div className="mt-2 flex flex-col gap-3 border-l pl-3 text-muted-foreground">
        {texts.map((text, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: reasoning of a message never moves
          <Text key={i} text={text} name={`${name}.reasoning${i}`} view={view} markdown={false} mono={false} />
        ))}
      </div>
    </details>
  )
}
