"use client"

import { useQuery } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { scoreRunAgain } from "@/components/shared/run-actions.ts"
import { secretNamesOf } from "@/components/shared/run-facts.ts"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { OneOffSecrets } from "./one-off-secrets.tsx"

interface ScoreAgainDialogProps {
  run: Evaluation
  open: boolean
  onClose: () => void
}

/** Asks whose rubric, and with which weights, should score the stored rollouts of a run. */
export function ScoreAgainDialog({ run, open, onClose }: ScoreAgainDialogProps) {
  if (!run.environment) return null
  return <Form key={String(open)} run={run} environment={run.environment} open={open} onClose={onClose} />
}

function Form({ run, environment, open, onClose }: ScoreAgainDialogProps & { environment: NonNullable<Evaluation["environment"]> }) {
  const router = useRouter()
  const { owner, name } = environment
  const [version, setVersion] = useState("latest")
  const [weights, setWeights] = useState<Record<string, string>>({})
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const { run: write, isPending, refusal } = useWrite()
  const versions = useQuery({
    queryKey: ["environment-versions", owner, name],
    queryFn: ({ signal }) => get("/environmentshub/{owner}/{name}/versions", { owner, name }, undefined, signal),
    enabled: open,
  })
  const detail = useQuery({
    queryKey: ["environment-version", owner, name, version],
    queryFn: ({ signal }) => get("/environmentshub/{owner}/{name}/@{version}", { owner, name, version }, undefined, signal),
    enabled: open,
  })
  const rewards = detail.data?.data.rewards ?? []
  const names = secretNamesOf(run)
  const given = rewards.flatMap((reward) => (weights[reward.name]?.trim() ? [[reward.name, Number(weights[reward.name])] as const] : []))
  const wrong = given.find(([, weight]) => !Number.isFinite(weight))
  const confirm = () =>
    write(
      () =>
        scoreRunAgain(run.evaluation_id, {
          version,
          reward_weights: given.length > 0 ? Object.fromEntries(given) : null,
          custom_secrets: names.length > 0 ? secrets : null,
        }),
      (id) => {
        onClose()
        router.push(paths.evaluation(id))
      },
    )
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      onConfirm={() => !wrong && confirm()}
      title="Score the rollouts again?"
      confirmLabel="Score again"
      tone="primary"
      pending={isPending}
      error={
        wrong
          ? `The weight of ${wrong[0]} is no number.`
          : refusal && [refusal.message, ...refusal.problems.map((problem) => problem.message)].join("\n")
      }
    >
      <p className="text-muted-foreground">
        A new run gives what is stored of these rollouts new rewards, without asking the model. This run stays as it is. A rubric that needs
        more than was stored, such as a sandbox, says so.
      </p>
      <Field label="Rubric of version">
        {(control) => (
          <Select {...control} value={version} onChange={(event) => setVersion(event.target.value)}>
            <option value="latest">The newest one</option>
            {(versions.data?.data.versions ?? []).map((one) => (
              <option key={one.id} value={one.id}>
                {one.semantic_version ?? one.content_hash.slice(0, 12)}
                {one.content_hash === environment.content_hash ? " (of this run)" : ""}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {rewards.length > 0 && (
        <fieldset className="flex min-w-0 flex-col gap-2">
          <legend className="mb-1 font-medium text-sm">Weights</legend>
          <div className="grid gap-2 sm:grid-cols-2">
            {rewards.map((reward) => (
              <Field key={reward.name} label={<span className="break-anywhere font-mono text-xs">{reward.name}</span>}>
                {(control) => (
                  <Input
                    {...control}
                    inputMode="decimal"
                    autoComplete="off"
                    placeholder={String(reward.weight)}
                    value={weights[reward.name] ?? ""}
                    onChange={(event) => setWeights({ ...weights, [reward.name]: event.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
        </fieldset>
      )}
      {names.length > 0 && <OneOffSecrets names={names} values={secrets} onChange={setSecrets} />}
    </ConfirmDialog>
  )
}
