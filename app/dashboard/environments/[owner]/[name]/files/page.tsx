import { File, Folder, FolderOpen } from "lucide-react"
import type { Metadata } from "next"
import { Fragment } from "react"
import { formatBytes, inOrder, trail } from "@/components/environments/source-facts.ts"
import { SourceFile } from "@/components/environments/source-file.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { Card } from "@/components/ui/card.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Link } from "@/components/ui/link.tsx"
import { limits } from "@/contract/limits.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api } from "@/lib/api/server.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../environment.ts"

export const metadata: Metadata = { title: "Files" }

type Search = Promise<{ path?: string | string[] }>

async function inspect(owner: string, name: string, path: string) {
  try {
    const query = { path, max_bytes: limits.inspectBytesMax }
    const { data } = await (await api()).inspectEnvironment({ params: { owner, name, version: "latest" }, query })
    return { ok: true as const, data }
  } catch (error) {
    if (error instanceof ApiError) return { ok: false as const, status: error.status, message: error.message }
    throw error
  }
}

/** The source of the newest version: the folder or file at `?path=`. */
export default async function FilesPage({ params, searchParams }: EnvironmentParams & { searchParams: Search }) {
  const { owner, name } = await slugOf(params)
  const search = await searchParams
  const path = typeof search.path === "string" ? search.path.replace(/^\/+|\/+$/g, "") : ""
  const [environment, found] = await Promise.all([readEnvironment(owner, name), inspect(owner, name, path)])
  if (!environment.ok) return null
  const steps = trail(path)
  return (
    <section aria-labelledby="files" className="flex min-w-0 flex-col gap-3">
      <h2 id="files" className="sr-only">
        Files
      </h2>
      <nav aria-label="Path" className="break-anywhere font-mono text-xs leading-5">
        {steps.length === 0 ? (
          <span aria-current="page">{name}</span>
        ) : (
          <Link href={paths.files(owner, name)} className="link">
            {name}
          </Link>
        )}
        {steps.map((step, i) => (
          <Fragment key={step.path}>
            <span aria-hidden className="px-1 text-muted-foreground">
              /
            </span>
            {i === steps.length - 1 ? (
              <span aria-current="page">{step.name}</span>
            ) : (
              <Link href={paths.files(owner, name, step.path)} className="link">
                {step.name}
              </Link>
            )}
          </Fragment>
        ))}
      </nav>
      {!found.ok ? (
        found.status === 404 || found.status === 422 ? (
          <EmptyState
            icon={<File aria-hidden />}
            title="There is no such file"
            action={<ButtonLink href={paths.files(owner, name)}>To the files</ButtonLink>}
          >
            The newest version has nothing at “{path}”. An earlier one may have had it.
          </EmptyState>
        ) : (
          <LoadError title="The files could not be read" message={found.message} />
        )
      ) : found.data.kind === "file" ? (
        <Card>
          <SourceFile file={found.data} />
        </Card>
      ) : found.data.entries.length === 0 ? (
        <EmptyState icon={<FolderOpen aria-hidden />} title="This folder is empty">
          There are no files in it.
        </EmptyState>
      ) : (
        <Card className="overflow-hidden">
          <ul>
            {path !== "" && (
              <li className="border-b">
                <Link
                  href={paths.files(owner, name, steps.at(-2)?.path ?? "")}
                  className="flex items-center gap-2 px-4 py-2 text-sm hover:bg-muted/40 focus-visible:outline-offset-[-2px]"
                >
                  <Folder aria-hidden className="size-4 text-muted-foreground" />
                  <span aria-hidden>..</span>
                  <span className="sr-only">The folder above</span>
                </Link>
              </li>
            )}
            {inOrder(found.data.entries).map((entry) => (
              <li key={entry.path} className="border-b last:border-b-0">
                <Link
                  href={paths.files(owner, name, entry.path)}
                  className="flex min-w-0 items-center gap-2 px-4 py-2 text-sm hover:bg-muted/40 focus-visible:outline-offset-[-2px]"
                >
                  {entry.is_directory ? (
                    <Folder aria-hidden className="size-4 shrink-0 text-accent" />
                  ) : (
                    <File aria-hidden className="size-4 shrink-0 text-muted-foreground" />
                  )}
                  <span className="break-anywhere flex-1">
                    {entry.name}
                    {entry.is_directory && <span className="sr-only">, folder</span>}
                  </span>
                  {entry.size !== null && !entry.is_directory && (
                    <span className="tabular shrink-0 text-muted-foreground text-xs">{formatBytes(entry.size)}</span>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </section>
  )
}
