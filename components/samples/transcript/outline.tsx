import { Link } from "@/components/ui/link.tsx"
import type { Conversation } from "@/contract/samples/messages/conversation.ts"
import { FactGroup } from "../facts/fact-group.tsx"
import type { TextView } from "./text-view.ts"
import { previewOf } from "./turn.tsx"
import { windowOf } from "./window.ts"

/** Fewer are in view at once. */
const worthFrom = 6

/** The turns of the part of a transcript that is shown, as a way to each of them. */
export function Outline({ conversations, view }: { conversations: Conversation[]; view: TextView }) {
  const part = windowOf(conversations, view.message)
  if (part.last - part.first + 1 < worthFrom) return null
  return (
    <nav aria-label="Turns">
      <FactGroup title="Turns">
        <ol className="max-h-72 overflow-y-auto">
          {part.conversations.flatMap(({ messages }) =>
            messages.map(({ message, name }) => (
              <li key={name}>
                <Link
                  href={`#message-${name}`}
                  className="flex min-h-6 min-w-0 items-center gap-2 rounded-sm text-xs hover:bg-muted focus-visible:outline-offset-[-2px] max-lg:min-h-9"
                >
                  <span className="tabular w-6 shrink-0 text-muted-foreground">{name}</span>
                  <bdi className="w-16 shrink-0 truncate text-muted-foreground">{message.role}</bdi>
                  <bdi className="min-w-0 truncate">{message.calls.map((call) => call.name).join(", ") || previewOf(message)}</bdi>
                </Link>
              </li>
            )),
          )}
        </ol>
      </FactGroup>
    </nav>
  )
}
