import { cn } from "@/components/ui/cn.ts"
import { CopyButton } from "./copy-button.tsx"

interface CodeBlockProps {
  code: string
  /** What it is, for screen readers and the copy button: "install command". */
  label: string
  /** Breaks long lines instead of scrolling. */
  wrap?: boolean
  copy?: boolean
  /** It is a text, whose paragraphs find their direction, and not code. */
  isText?: boolean
  className?: string
}

/** A short command breaks at its spaces, never inside `--hosted`; anything longer breaks where it must. */
const spacedMax = 500
function Words({ text }: { text: string }) {
  if (text.length > spacedMax) return text
  return text.split(/(\s+)/).map((word, i) =>
    /^-/.test(word) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the words of one text have no other name
      <span key={i} className="inline-block max-w-full">
        {word}
      </span>
    ) : (
      word
    ),
  )
}

export function CodeBlock({ code, label, wrap = false, copy = true, isText = false, className }: CodeBlockProps) {
  return (
    <div className={cn("flex min-w-0 items-start rounded-md border bg-muted/60", className)}>
      <pre
        dir={isText ? "auto" : "ltr"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={label}
        className={cn(
          "max-h-96 min-w-0 flex-1 overflow-auto px-3 py-2 font-mono text-xs leading-5",
          isText && "[unicode-bidi:plaintext]",
          wrap && "whitespace-pre-wrap [overflow-wrap:anywhere]",
        )}
      >
        <code>{wrap ? <Words text={code} /> : code}</code>
      </pre>
      {copy && <CopyButton text={code} label={`Copy the ${label}`} className="m-1" />}
    </div>
  )
}
