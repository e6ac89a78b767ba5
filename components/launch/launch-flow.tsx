"use client"

import { useSearchParams } from "next/navigation"
import { useEffect, useRef, useState } from "react"
import type { ReadRun } from "./formats/read-run.ts"
import { LaunchForm } from "./launch-form.tsx"
import { LeftOut } from "./launch-notices.tsx"
import type { LaunchFlowProps } from "./launch-props.ts"
import { valuesFromText } from "./launch-values.ts"
import { ModelPicker } from "./model/model-picker.tsx"
import { PasteRun } from "./paste-run.tsx"
import { useLaunchForm } from "./use-launch-form.ts"

/** Two steps: without `?model=` in the address the user chooses a model, with it the user configures the run. */
export function LaunchFlow({ target, version, checkStatus, models, modelsError, earlier, isRemote, launch }: LaunchFlowProps) {
  const search = useSearchParams()
  const model = search.get("model")?.trim() || (search.has("model") ? "" : (earlier?.model ?? ""))
  const state = useLaunchForm(target, earlier?.values ?? null)
  const heading = useRef<HTMLHeadingElement>(null)
  const step = model === "" ? "model" : "configure"
  const shownStep = useRef(step)
  useEffect(() => {
    // The page stays and its content changes: screen reader and keyboard users continue at the new heading.
    if (shownStep.current === step) return
    shownStep.current = step
    window.scrollTo({ top: 0 })
    if (step === "configure") heading.current?.focus({ preventScroll: true })
  }, [step])

  /** Changes the step without a request to the server: all data is loaded already. */
  const go = (chosen: string) => {
    const next = new URLSearchParams(search)
    next.set("model", chosen)
    if (chosen === "") next.delete("model")
    // Without a model in the address the earlier run's model would be chosen again.
    if (chosen === "" && earlier) next.set("model", "")
    window.history.pushState(null, "", next.size > 0 ? `?${next}` : window.location.pathname)
  }

  /** What could not be taken over from what was pasted. It stays while the form is filled in. */
  const [leftOut, setLeftOut] = useState<string[]>([])
  const use = (run: ReadRun) => {
    setLeftOut(run.notes)
    state.replace(valuesFromText(run, target))
    if (run.model !== null && run.model !== model) go(run.model)
  }

  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 ref={heading} tabIndex={-1} className="font-semibold text-lg outline-none">
          {step === "model" ? "Choose a model" : "Configure the evaluation"}
        </h2>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <PasteRun target={target} onUse={use} />
          <p className="text-muted-foreground text-xs">Step {step === "model" ? 1 : 2} of 2</p>
        </div>
      </div>
      {leftOut.length > 0 && <LeftOut notes={leftOut} onDismiss={() => setLeftOut([])} />}
      {step === "model" ? (
        <ModelPicker models={models} error={modelsError} onChoose={go} />
      ) : (
        <LaunchForm
          key={state.generation}
          target={target}
          version={version}
          checkStatus={checkStatus}
          model={model}
          models={models}
          earlier={state.generation === 0 ? earlier : null}
          isRemote={isRemote}
          state={state}
          onChangeModel={() => go("")}
          launch={launch}
        />
      )}
    </div>
  )
}
