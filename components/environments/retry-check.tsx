"use client"

import { RotateCw } from "lucide-react"
import { useRouter } from "next/navigation"
import { Button } from "@/components/ui/button.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { retryCheck } from "./actions.ts"

interface RetryCheckProps {
  owner: string
  name: string
  /** The check to repeat; null checks the newest version. */
  checkId: string | null
  children: string
}

/** Checks a version again and leads to the log of the new check. */
export function RetryCheck({ owner, name, checkId, children }: RetryCheckProps) {
  const { run, isPending } = useWrite()
  const router = useRouter()
  const toast = useToast()
  const retry = () =>
    run(
      async () => {
        const result = await retryCheck(owner, name, checkId)
        if (!result.ok) toast({ title: "The check was not started", description: result.message, tone: "danger" })
        return result
      },
      (id) => router.push(paths.check(owner, name, id)),
    )
  return (
    <Button size="sm" pending={isPending} onClick={retry}>
      {!isPending && <RotateCw aria-hidden />}
      {children}
    </Button>
  )
}
