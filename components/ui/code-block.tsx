import { cn } from "./cn.ts"
import { CopyButton } from "./copy-button.tsx"

interface CodeBlockProps {
  code: string
  /** What it is, for screen readers and the copy button: "install command". */
  label: string
  /** Breaks long lines instead of scrolling. */
  wrap?: boolean
  copy?: boolean
  className?: string
}

export function CodeBlock({ code, label, wrap = false, copy = true, className }: CodeBlockProps) {
  return (
    <div className={cn("relative min-w-0 rounded-md border bg-muted/60", className)}>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        role="region"
        aria-label={label}
        className={cn("max-h-96 overflow-auto px-3 py-2 font-mono text-xs leading-5", copy && "pr-10", wrap && "whitespace-pre-wrap break-words")}
      >
        <code>{code}</code>
      </pre>
      {copy && <CopyButton text={code} label={`Copy the ${label}`} className="absolute top-1 right-1 bg-muted" />}
    </div>
  )
}
