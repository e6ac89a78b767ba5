"use client"

import { type KeyboardEvent, useEffect } from "react"
import { FormProvider } from "react-hook-form"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import type { ListInferenceModelsResponse } from "@/contract/index.ts"
import { permissions } from "@/contract/permissions.ts"
import { runField } from "@/contract/run-config.ts"
import { AdvancedFields } from "./advanced-fields.tsx"
import { ArgumentFields } from "./arguments/argument-fields.tsx"
import { FieldSection } from "./field-section.tsx"
import { FoldedFields } from "./folded-fields.tsx"
import { Changed, Problems, Remark } from "./launch-notices.tsx"
import { focusField, problemsIn } from "./launch-problems.ts"
import type { EarlierRun, LaunchFlowProps } from "./launch-props.ts"
import { LaunchSummary } from "./launch-summary.tsx"
import { ModelCard } from "./model/model-card.tsx"
import { SizeNote } from "./plan/size-note.tsx"
import { useLaunch } from "./use-launch.ts"
import type { LaunchFormState } from "./use-launch-form.ts"

interface LaunchFormProps extends Pick<LaunchFlowProps, "target" | "version" | "checkStatus" | "isRemote" | "launch" | "launchSuite"> {
  /** The models that were chosen: a run of each. */
  models: readonly string[]
  list: ListInferenceModelsResponse
  /** The run from which the form was filled in, until it is filled in from something else. */
  earlier: EarlierRun | null
  state: LaunchFormState
  onChangeModel: () => void
}

/** Permissions that a command of the CLI always has, in words. */
const grantedByCli = permissions
  .filter(({ field }) => runField(field)?.cli?.default === true)
  .map(({ name }) => name)
  .join(" and ")

/** Enter in a field does not start a run, which may cost money: only the button does, or Enter with Ctrl or Cmd. */
function keepEnter(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return
  event.preventDefault()
  if (event.ctrlKey || event.metaKey) event.currentTarget.requestSubmit()
}

export function LaunchForm(props: LaunchFormProps) {
  const { target, version, checkStatus, isRemote, launch, launchSuite, models, list, earlier, state, onChangeModel } = props
  const { form } = state
  const { errors, isSubmitted } = form.formState
  const { submit, pilot, pending } = useLaunch(state, target, models, { launch, launchSuite })
  const problems = problemsIn(errors)
  // A link that changes a setting leads to it.
  const start = earlier?.focus ?? null
  useEffect(() => {
    if (start !== null) focusField(start)
  }, [start])

  return (
    <FormProvider {...form}>
      <form
        noValidate
        onSubmit={submit}
        onKeyDown={keepEnter}
        className="flex min-w-0 flex-col gap-7 lg:grid lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start lg:gap-x-10"
      >
        <div className="flex min-w-0 max-w-[52rem] flex-col gap-7">
          <Problems problems={isSubmitted ? problems : []} />
          {checkStatus === "FAILED" && (
            <Remark>
              The check of this version failed: it could not be installed or loaded. A run will most likely fail the same way.
            </Remark>
          )}
          {earlier && <Changed earlier={earlier} target={target} version={version} models={models} />}
          {(earlier || state.isRestored) && (
            <p className="break-anywhere flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground text-sm">
              {earlier
                ? `Filled in from the run “${earlier.name}”. The values of its secrets are not kept.`
                : "What you entered before was restored, without the values of secrets."}
              <Button size="sm" onClick={state.startOver}>
                Start over
              </Button>
            </p>
          )}
          <ModelCard models={models} list={list} onChange={onChangeModel} />
          <Card aria-labelledby="launch-size">
            <CardHeader id="launch-size" level={3} title="Size" />
            <CardBody className="flex flex-col gap-3">
              <FieldSection
                section="size"
                columns={2}
                more={{
                  num_examples: target.dataset_size != null && `The dataset has ${target.dataset_size.toLocaleString("en-US")}.`,
                }}
              />
              <SizeNote target={target} models={models} />
            </CardBody>
          </Card>
          <FoldedFields title="Stop early" section="stopping" columns={2} unset="no, every example is asked">
            <p className="text-muted-foreground text-xs">
              The run stops as soon as its answer is settled: the mean is known this well, or is certainly above or below a reward, or the
              run is certainly better or worse than another one. It asks examples in a random order, and is wrong in at most 5 % of runs.
              Rewards must be from 0 to 1, or in the range that the environment declares. Cost and time are those of asking everything: the
              most that it takes.
            </p>
          </FoldedFields>
          <ArgumentFields target={target} checkStatus={checkStatus} />
          <FoldedFields
            title="Name and sampling"
            section="sampling"
            columns={2}
            unset="named by the platform, sampled as the model does by itself"
          />
          <FoldedFields title="Permissions" section="permissions" columns={1} unset="none beyond asking models">
            <p className="text-muted-foreground text-xs">
              What the environment's code may use during the run. Everything is off here; the prime CLI turns {grantedByCli} access on.
              {isRemote && " The platform shown here decides what these permissions allow."}
            </p>
          </FoldedFields>
          <AdvancedFields />
        </div>
        <div className="min-w-0 max-lg:contents lg:sticky lg:top-18">
          <LaunchSummary target={target} version={version} models={models} problems={problems.length} pending={pending} onPilot={pilot} />
        </div>
      </form>
    </FormProvider>
  )
}
