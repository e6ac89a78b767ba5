import type { ReactNode } from "react"
import { LoadError } from "@/components/shell/load-error.tsx"
import { ApiError } from "@/lib/api/error.ts"

/** What the page shows, or the platform's error when it refused or could not be reached. */
export async function orLoadError(title: string, render: () => Promise<ReactNode>): Promise<ReactNode> {
  try {
    return await render()
  } catch (error) {
    if (error instanceof ApiError) return <LoadError title={title} message={error.message} />
    throw error
  }
}
