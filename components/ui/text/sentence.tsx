import type { ReactNode } from "react"

interface SentenceProps {
  /** What the page says. */
  children: ReactNode
  /** The part that weighs or qualifies it. */
  rest?: ReactNode
  /** What proves it: the interval, its sizes, the p-value. */
  proof?: ReactNode
  level?: 1 | 2
}

/** What a result says, in words that its statistics allow, and its proof below. */
export function Sentence({ children, rest, proof, level = 2 }: SentenceProps) {
  const Heading = level === 1 ? "h1" : "h2"
  return (
    <div className="min-w-0">
      <Heading className="break-anywhere text-balance font-semibold text-2xl tracking-[-0.015em]">
        {children}
        {rest && <span className="text-muted-foreground"> {rest}</span>}
      </Heading>
      {proof && <p className="tabular mt-1 text-muted-foreground text-sm">{proof}</p>}
    </div>
  )
}
