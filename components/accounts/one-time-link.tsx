import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { Moment } from "@/components/ui/text/time-ago.tsx"

/** A link that is shown this once, for somebody to be given. */
export function OneTimeLink({ url, label, expiresAt }: { url: string; label: string; expiresAt: string }) {
  return (
    <>
      <CodeBlock wrap code={url} label={label} />
      <p className="text-muted-foreground text-xs">
        It works once, until <Moment at={expiresAt} />. Whoever has it can use it.
      </p>
    </>
  )
}
