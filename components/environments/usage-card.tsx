import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"

/** The same things from the command line. */
export function UsageCard({ slug }: { slug: string }) {
  return (
    <Card aria-labelledby="usage">
      <CardHeader id="usage" title="From the command line" />
      <CardBody className="flex flex-col gap-3">
        <div className="flex flex-col gap-1">
          <p className="text-muted-foreground text-xs">Install it here</p>
          <CodeBlock wrap code={`prime env install ${slug}`} label="install command" />
        </div>
        <div className="flex flex-col gap-1">
          <p className="text-muted-foreground text-xs">Run it on this platform</p>
          <CodeBlock wrap code={`prime eval run ${slug} --hosted -m MODEL`} label="run command" />
        </div>
      </CardBody>
    </Card>
  )
}
