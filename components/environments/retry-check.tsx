"use client"

import { RotateCw } from "lucide-react"
import { useRouter } from "next/navigation"
import { Button } from "@/components/ui/button.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { retryCheck } from "./actions.ts"

/** Checks a version again and leads to the log of the new check. Without an action it is the newest version. */
export function RetryCheck({
  owner,
  name,
  actionId,
  children,
}: {
  owner: string
  name: string
  actionId: string | null
  children: string
}) {
  const { run, isPending } = useWrite()
  const router = useRouter()
  const toast = useToast()
  const retry = () =>
    run(
      async () => {
        const result = await retryCheck(owner, name, actionId)
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
