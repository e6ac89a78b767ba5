"use client"

import { Failure } from "@/components/shell/failure.tsx"

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-2xl items-center px-4">
      <Failure error={error} retry={retry} />
    </main>
  )
}
