"use client"

import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { joinTeam } from "./sign-in-actions.ts"

/** Joins a team as whoever is signed in. */
export function JoinTeam({ token, teamName }: { token: string; teamName: string }) {
  const { run, isPending, refusal } = useWrite()
  const join = () =>
    run(
      () => joinTeam(token),
      () => window.location.assign(paths.home),
    )
  return (
    <div className="flex flex-col gap-2">
      <Button variant="primary" pending={isPending} onClick={join}>
        <span className="truncate">
          Join <bdi>{teamName}</bdi>
        </span>
      </Button>
      {refusal && <FieldError>{refusal.message}</FieldError>}
    </div>
  )
}
