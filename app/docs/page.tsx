import { redirect } from "next/navigation"
import { paths } from "@/lib/paths.ts"
import { docsPages } from "./pages.ts"

/** The documentation begins with its first page. */
export default function DocsPage(): never {
  redirect(paths.guide(docsPages[0].id))
}
