import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { Moment } from "@/components/ui/text/time-ago.tsx"

/** What to do with a link that is shown once. @param isMailed whether the platform sends it by mail as well */
export const linkDescription = (email: string, isMailed: boolean): string =>
  isMailed
    ? `The link is on its way to ${email} by mail. You can also give it to the person yourself: it cannot be shown again.`
    : `Send this link to ${email}: it cannot be shown again.`

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
