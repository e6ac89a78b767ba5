import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { DatasetExample as Example } from "@/contract/index.ts"
import { parseExact, stringifyExact } from "@/contract/text/exact-json.ts"
import { formatCount } from "@/lib/format.ts"

/** One example of a dataset: what is asked and the answer in a line, everything when it is opened. Works without a script. */
export function DatasetExample({ example }: { example: Example }) {
  const { position, example_id: id, prompt, answer, info } = example
  return (
    <li className="border-b">
      <details className="group min-w-0">
        <summary className="grid cursor-pointer grid-cols-[3rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1 py-2 text-sm hover:bg-muted/50 sm:grid-cols-[3rem_minmax(0,1fr)_minmax(0,14rem)]">
          <span className="tabular pl-1 text-muted-foreground text-xs" title={`Example ${id}`}>
            {formatCount(position + 1)}
          </span>
          <span dir="auto" className="break-anywhere line-clamp-2 group-open:text-muted-foreground">
            {prompt.findLast(({ role }) => role === "user")?.content || prompt.at(-1)?.content || "No prompt"}
          </span>
          <span dir="auto" className="break-anywhere line-clamp-2 pr-1 font-medium max-sm:col-start-2">
            {answer ?? <span className="font-normal text-muted-foreground">No answer</span>}
          </span>
        </summary>
        <dl className="flex min-w-0 flex-col gap-3 pt-1 pb-4 sm:pl-15">
          {prompt.map((message, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: messages have no other name, and do not move
            <Field key={i} name={message.role} text={message.content} />
          ))}
          {answer !== null && <Field name="answer" text={answer} />}
          {info !== null && (
            <div className="min-w-0">
              <dt className="mb-1 text-2xs text-muted-foreground">rest of the example</dt>
              <dd className="min-w-0">
                <CodeBlock code={indented(info)} label={`rest of example ${id}`} wrap />
              </dd>
            </div>
          )}
        </dl>
      </details>
    </li>
  )
}

const Field = ({ name, text }: { name: string; text: string }) => (
  <div className="min-w-0">
    <dt className="mb-1 text-2xs text-muted-foreground">{name}</dt>
    <dd dir="auto" className="break-anywhere max-w-[52rem] whitespace-pre-wrap text-sm">
      {text}
    </dd>
  </div>
)

/** JSON on lines of its own; a text that was cut is none any more, and stays as it is. */
function indented(text: string): string {
  try {
    return stringifyExact(parseExact(text, "written"), 2)
  } catch {
    return text
  }
}
