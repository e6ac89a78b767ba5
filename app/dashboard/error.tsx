"use client"

import { Failure } from "@/components/shell/failure.tsx"

/** Inside the shell, so that the way to the other pages stays. */
export default function DashboardError({ error, retry }: { error: unknown; retry: () => void }) {
  return <Failure error={error} retry={retry} />
}
