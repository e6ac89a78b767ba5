import type { Metadata } from "next"
import { NothingHere } from "@/components/shell/nothing-here.tsx"

export const metadata: Metadata = { title: "Not found" }

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-2xl items-center px-4">
      <div className="w-full">
        <NothingHere title="There is no page at this address">The address may be mistyped, or what was here has been deleted.</NothingHere>
      </div>
    </main>
  )
}
