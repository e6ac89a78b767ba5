import type { Metadata } from "next"
import { DocsFrame } from "@/components/docs/docs-frame.tsx"
import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { type DocsPage, docsPages, readDocsPage } from "../pages.ts"
import { type Field, type Operation, readReference } from "./reference.ts"

export const metadata: Metadata = { title: "API reference" }

export const dynamic = "force-dynamic"

const tones: Record<string, BadgeTone> = { GET: "info", POST: "success", PUT: "warning", PATCH: "warning", DELETE: "danger" }
const accesses = { public: "No key needed", optional: "Key optional", required: null } as const
const title = (group: string) => group.replaceAll("-", " ").replace(/^./, (first) => first.toUpperCase())

/** The API as its own document describes it, so that this page and the routes never differ. */
export default async function ApiPage() {
  const page = docsPages.find(({ id }) => id === "api") as DocsPage
  const groups = readReference(JSON.parse(await readDocsPage(page)))
  const count = groups.reduce((sum, group) => sum + group.operations.length, 0)
  return (
    <DocsFrame pages={docsPages} current={page.id}>
      <div className="flex min-w-0 flex-col gap-5">
        <h1 className="font-semibold text-lg">The API</h1>
        <p className="max-w-3xl text-muted-foreground text-sm">
          {count} operations. Send an API key as <code className="font-mono text-xs">Authorization: Bearer $PRIME_API_KEY</code>. Those
          marked as extension are not part of Prime's public API. As a file:{" "}
          <a href="/api/v1/openapi.json" className="link">
            openapi.json
          </a>
          .
        </p>
        {groups.length === 0 && <EmptyState title="Nothing is described">The document of this platform names no operations.</EmptyState>}
        <div className="grid min-w-0 grid-cols-1 items-start gap-6 xl:grid-cols-[13rem_minmax(0,1fr)]">
          <nav aria-label="Groups" className="xl:sticky xl:top-6">
            <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm xl:flex-col">
              {groups.map((group) => (
                <li key={group.name}>
                  <a href={`#${group.name}`} className="rounded-sm text-muted-foreground hover:text-foreground hover:underline">
                    {title(group.name)} <span className="tabular text-xs">{group.operations.length}</span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div className="flex min-w-0 flex-col gap-8">
            {groups.map((group) => (
              <section key={group.name} aria-labelledby={group.name} className="flex min-w-0 flex-col gap-2">
                <h2 id={group.name} className="font-semibold text-lg">
                  {title(group.name)}
                </h2>
                <div className="min-w-0 overflow-hidden rounded-lg border bg-card">
                  {group.operations.map((operation) => (
                    <Entry key={operation.id} operation={operation} />
                  ))}
                </div>
              </section>
            ))}
          </div>
        </div>
      </div>
    </DocsFrame>
  )
}

function Entry({ operation }: { operation: Operation }) {
  const access = accesses[operation.access]
  return (
    <details id={operation.id} className="group min-w-0 border-b last:border-b-0">
      <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 hover:bg-muted/40 focus-visible:outline-offset-[-2px] [&::-webkit-details-marker]:hidden">
        <Badge tone={tones[operation.method] ?? "neutral"} className="w-14 justify-center font-mono text-2xs">
          {operation.method}
        </Badge>
        <code className="break-anywhere font-mono text-xs">{operation.path}</code>
        {operation.isExtension && <Badge>Extension</Badge>}
        {access && <Badge>{access}</Badge>}
        <span className="break-anywhere basis-full text-muted-foreground text-xs sm:pl-[4.25rem]">{operation.summary}</span>
      </summary>
      <div className="flex min-w-0 flex-col gap-4 border-t bg-muted/20 px-4 py-3">
        <Fields title="In the address" fields={operation.path_params} />
        <Fields title="Query" fields={operation.query} />
        {operation.body && <Fields title={`Body: ${operation.body.type}`} fields={operation.body.fields} always />}
        {operation.answer && (
          <Fields title={`Answer ${operation.answer.status}: ${operation.answer.type}`} fields={operation.answer.fields} always />
        )}
      </div>
    </details>
  )
}

/** Names, types and remarks; nothing when there are none, unless the title alone says something. */
function Fields({ title, fields, always = false }: { title: string; fields: readonly Field[]; always?: boolean }) {
  if (fields.length === 0 && !always) return null
  return (
    <div className="min-w-0">
      <h3 className="break-anywhere mb-1 font-medium text-xs">{title}</h3>
      {fields.length > 0 && (
        <dl className="grid min-w-0 grid-cols-1 text-xs sm:grid-cols-[minmax(0,16rem)_minmax(0,1fr)]">
          {fields.map((field) => (
            <div key={field.name} className="col-span-full grid min-w-0 grid-cols-subgrid gap-x-4 border-t py-1 leading-5">
              <dt className="break-anywhere font-mono">
                {field.name}
                {field.required && <span className="ml-1.5 font-sans text-2xs text-muted-foreground">required</span>}
              </dt>
              <dd className="break-anywhere text-muted-foreground">
                <span className="font-mono text-2xs">{field.type}</span>
                {field.description && <span className="block">{field.description}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
