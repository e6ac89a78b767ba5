"use client"

import { useSearchParams } from "next/navigation"
import { useEffect, useRef, useState } from "react"
import { limits } from "@/contract/limits.ts"
import { LaunchForm } from "./launch-form.tsx"
import { LeftOut } from "./launch-notices.tsx"
import type { LaunchFlowProps } from "./launch-props.ts"
import type { LaunchValues } from "./launch-schema.ts"
import { valuesFromText } from "./launch-values.ts"
import { ModelPicker } from "./model/model-picker.tsx"
import { PasteRun } from "./paste-run.tsx"
import { PresetsMenu } from "./presets/presets-menu.tsx"
import { RunsFor } from "./runs-for.tsx"
import { useLaunchForm } from "./use-launch-form.ts"

/** Two steps: without `?model=` in the address the user chooses a model, or several, with it the user configures the run. */
export function LaunchFlow(props: LaunchFlowProps) {
  const { target, version, teams, checkStatus, models: list, modelsError, earlier, isRemote, hasPresets, launch, launchSuite } = props
  const search = useSearchParams()
  const named = [...new Set(search.getAll("model").map((model) => model.trim()))].filter(Boolean)
  const again = search.has("model") || !earlier?.model ? [] : [earlier.model]
  const models = (named.length > 0 ? named : again).slice(0, launchSuite ? limits.modelsPerSuiteMax : 1)
  const state = useLaunchForm(target, earlier?.values ?? null)
  const heading = useRef<HTMLHeadingElement>(null)
  const step = models.length === 0 ? "model" : "configure"
  const shownStep = useRef(step)
  useEffect(() => {
    // The page stays and its content changes: screen reader and keyboard users continue at the new heading.
    if (shownStep.current === step) return
    shownStep.current = step
    window.scrollTo({ top: 0 })
    if (step === "configure") heading.current?.focus({ preventScroll: true })
  }, [step])

  /** The models that the next choice begins with. */
  const [before, setBefore] = useState<readonly string[]>([])
  /** Changes the step without a request to the server: all data is loaded already. */
  const go = (chosen: readonly string[]) => {
    const next = new URLSearchParams(search)
    next.delete("model")
    for (const model of chosen) next.append("model", model)
    // Without a model in the address the earlier run's model would be chosen again.
    if (chosen.length === 0 && earlier) next.set("model", "")
    window.history.pushState(null, "", next.size > 0 ? `?${next}` : window.location.pathname)
  }

  /** What could not be taken over from what was pasted. It stays while the form is filled in. */
  const [leftOut, setLeftOut] = useState<string[]>([])
  const fill = (values: LaunchValues, wanted: readonly string[], notes: string[] = []) => {
    setLeftOut(notes)
    state.replace(values)
    if (wanted.length > 0 && wanted.join() !== models.join()) go(wanted)
  }

  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 ref={heading} tabIndex={-1} className="font-semibold text-lg outline-none">
          {step === "model" ? "Choose a model" : "Configure the evaluation"}
        </h2>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {teams.length > 0 && <RunsFor teams={teams} teamId={target.teamId ?? null} />}
          {hasPresets && <PresetsMenu target={target} form={state.form} onUse={fill} />}
          <PasteRun target={target} onUse={(run) => fill(valuesFromText(run, target), run.model === null ? [] : [run.model], run.notes)} />
          <p className="text-muted-foreground text-xs">Step {step === "model" ? 1 : 2} of 2</p>
        </div>
      </div>
      {leftOut.length > 0 && <LeftOut notes={leftOut} onDismiss={() => setLeftOut([])} />}
      {step === "model" ? (
        <ModelPicker models={list} error={modelsError} before={before} canChooseSeveral={launchSuite !== null} onChoose={go} />
      ) : (
        <LaunchForm
          key={state.generation}
          target={target}
          version={version}
          checkStatus={checkStatus}
          models={models}
          list={list}
          earlier={state.generation === 0 ? earlier : null}
          isRemote={isRemote}
          state={state}
          onChangeModel={() => {
            setBefore(models)
            go([])
          }}
          launch={launch}
          launchSuite={launchSuite}
        />
      )}
    </div>
  )
}
