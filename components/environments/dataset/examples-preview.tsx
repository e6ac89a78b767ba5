import { cn } from "@/components/ui/cn.ts"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { DatasetExample as Example } from "@/contract/index.ts"
import { parseExact, stringifyExact } from "@/contract/text/exact-json.ts"

const columns = "grid grid-cols-[4rem_minmax(0,1fr)] gap-x-4 sm:grid-cols-[4rem_minmax(0,1fr)_minmax(0,14rem)]"

/** Examples of a dataset, each named as the samples of a run name it. */
export function ExamplesPreview({ examples }: { examples: readonly Example[] }) {
  return (
    <div className="min-w-0">
      <div aria-hidden className={cn("h-8 items-center border-b text-2xs text-muted-foreground max-sm:hidden", columns)}>
        <span>Example</span>
        <span>Prompt</span>
        <span>Answer</span>
      </div>
      <ol aria-label="Examples" className="max-sm:border-t">
        {examples.map((example) => (
          <DatasetExample key={example.position} example={example} />
        ))}
      </ol>
    </div>
  )
}

/** One example of a dataset: what is asked and the answer in a line, everything when it is opened. Works without a script. */
function DatasetExample({ example: { example_id: id, prompt, answer, info } }: { example: Example }) {
  return (
    <li className="border-b">
      <details className="group min-w-0">
        <summary className={cn("cursor-pointer items-baseline gap-y-1 py-2 text-sm hover:bg-muted/50", columns)}>
          <span className="truncate font-mono text-xs" title={id}>
            <span className="sr-only">Example </span>
            <bdi>{id}</bdi>
          </span>
          <span dir="auto" className="break-anywhere line-clamp-2 group-open:text-muted-foreground">
            {prompt.findLast(({ role }) => role === "user")?.content || prompt.at(-1)?.content || "No prompt"}
          </span>
          <span dir="auto" className="break-anywhere line-clamp-2 font-medium max-sm:col-start-2">
            {answer ?? <span className="font-normal text-muted-foreground">No answer</span>}
          </span>
        </summary>
        <dl className="flex min-w-0 flex-col gap-3 pt-1 pb-4 sm:pl-20">
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
