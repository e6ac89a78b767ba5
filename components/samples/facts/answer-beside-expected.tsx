import { cn } from "@/components/ui/cn.ts"
import { FoldedText } from "../transcript/foldable.tsx"

const shortMax = 60
const longMax = 500
const sameText = (a: string, b: string): boolean => a.replace(/\s+/g, " ").trim() === b.replace(/\s+/g, " ").trim()

/** What the model answered beside what the dataset expects; both are marked where they are not the same text. */
export function AnswerBesideExpected({ answer, expected }: { answer: string | null; expected: string | null }) {
  if (answer === null && expected === null) return null
  const differ = answer !== null && expected !== null && !sameText(answer, expected)
  return (
    <dl className="grid min-w-0 gap-x-6 gap-y-3 sm:grid-cols-2">
      <Side name="answer" text={answer} mark={differ ? "bg-removed" : ""} />
      {expected !== null && <Side name="expected" text={expected} mark={differ ? "bg-added" : ""} />}
    </dl>
  )
}

function Side({ name, text, mark }: { name: string; text: string | null; mark: string }) {
  const words = text === null ? null : <span className={cn("box-decoration-clone", mark)}>{text}</span>
  const isShort = text !== null && text.length <= shortMax
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-muted-foreground">{name}</dt>
      <dd
        dir="auto"
        className={cn(
          "break-anywhere whitespace-pre-wrap",
          isShort ? "font-medium text-xl" : "text-sm",
          text === null && "text-muted-foreground",
        )}
      >
        {text === null ? (
          "none"
        ) : text.length > longMax ? (
          <FoldedText all={`All ${text.length.toLocaleString("en-US")} characters`}>{words}</FoldedText>
        ) : (
          words
        )}
      </dd>
    </div>
  )
}
