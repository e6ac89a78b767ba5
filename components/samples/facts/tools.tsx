import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { JsonObject } from "@/contract/index.ts"
import { FactGroup } from "./fact-group.tsx"
import { toolDefinitions } from "./sample-facts.ts"

/** The tools that the model could call. */
export function Tools({ sample }: { sample: JsonObject }) {
  const tools = toolDefinitions(sample)
  if (tools.length === 0) return null
  return (
    <FactGroup title={`Tools (${tools.length})`}>
      <ul className="flex flex-col gap-3">
        {tools.map((tool) => (
          <li key={tool.name} className="min-w-0 text-sm">
            <p className="break-anywhere font-mono text-xs">
              <bdi>{tool.name}</bdi>
            </p>
            {tool.description && (
              <p dir="auto" className="break-anywhere mt-0.5 whitespace-pre-line text-muted-foreground">
                {tool.description}
              </p>
            )}
            {tool.parameters && <CodeBlock code={tool.parameters} label={`parameters of ${tool.name}`} className="mt-1" copy={false} />}
          </li>
        ))}
      </ul>
    </FactGroup>
  )
}
