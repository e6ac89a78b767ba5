"use client"

import { ChevronDown } from "lucide-react"
import { lazy, type ReactNode, Suspense, useState } from "react"
import type { UseFormReturn } from "react-hook-form"
import { Menu, MenuItem, MenuLine } from "@/components/ui/overlay/menu.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { HostedEvalConfig } from "@/contract/index.ts"
import type { LaunchValues } from "../launch-schema.ts"
import type { LaunchTarget } from "../launch-target.ts"
import { toRequest, valuesFrom } from "../launch-values.ts"
import { presetText } from "./preset-text.ts"
import { usePresets } from "./use-presets.ts"

// Of no use before something is pressed.
const SavePresetDialog = lazy(() => import("./save-preset-dialog.tsx").then((module) => ({ default: module.SavePresetDialog })))
const ManagePresetsDialog = lazy(() => import("./manage-presets-dialog.tsx").then((module) => ({ default: module.ManagePresetsDialog })))

interface PresetsMenuProps {
  target: LaunchTarget
  form: UseFormReturn<LaunchValues>
  onUse: (values: LaunchValues, models: readonly string[]) => void
}

/** Configurations that were kept under a name, and those that were run last: each fills in the form. */
export function PresetsMenu({ target, form, onUse }: PresetsMenuProps) {
  const { list, error, refresh } = usePresets(target.id)
  const toast = useToast()
  const [dialog, setDialog] = useState<"save" | "manage" | null>(null)
  const presets = list?.presets ?? []
  const recent = list?.recent ?? []
  const use = (config: HostedEvalConfig, models: readonly string[]) => {
    onUse(valuesFrom({ eval_config: config }, target), models)
    toast({
      title: "The form was filled in",
      description: config.custom_secrets ? "The values of secrets are not kept: enter them." : "Look it over and run it.",
      tone: "success",
    })
  }
  return (
    <>
      <Menu
        label="Presets and recent"
        trigger={
          <>
            Presets and recent
            <ChevronDown aria-hidden />
          </>
        }
        className="size-auto h-7 gap-1.5 border border-border bg-card px-2.5 font-medium text-foreground text-xs"
      >
        {error && <Note>The presets could not be read: {error.message}</Note>}
        {presets.length > 0 && (
          <Group title="Presets">
            {presets.map((preset) => (
              <Entry key={preset.id} title={preset.name} onClick={() => use(preset.eval_config, [])}>
                {presetText(preset.eval_config)}
                {preset.environment_id === null && ", for all environments"}
              </Entry>
            ))}
          </Group>
        )}
        {recent.length > 0 && (
          <Group title="Recent">
            {recent.map((run) => (
              <Entry key={run.evaluation_id} title={presetText(run.eval_config)} onClick={() => use(run.eval_config, run.models)}>
                {run.models.length > 0 && (
                  <>{run.models.length === 1 ? <bdi className="font-mono">{run.models[0]}</bdi> : `${run.models.length} models`}, </>
                )}
                <TimeAgo at={run.created_at} />
              </Entry>
            ))}
          </Group>
        )}
        {list && presets.length + recent.length === 0 && <Note>Nothing was kept or run yet.</Note>}
        <MenuLine />
        <MenuItem onClick={() => setDialog("save")}>Save this configuration…</MenuItem>
        {presets.length > 0 && <MenuItem onClick={() => setDialog("manage")}>Rename or delete…</MenuItem>}
      </Menu>
      <Suspense>
        {dialog === "save" && (
          <SavePresetDialog
            environmentId={target.id}
            config={keptConfig(form.getValues(), target)}
            presets={presets}
            onSaved={refresh}
            onClose={() => setDialog(null)}
          />
        )}
        {dialog === "manage" && <ManagePresetsDialog presets={presets} onChanged={refresh} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  )
}

/** The form's configuration. The values of its secrets do not even leave the page. */
function keptConfig(values: LaunchValues, target: LaunchTarget): HostedEvalConfig {
  const { custom_secrets: secrets, ...config } = toRequest(values, target, "").eval_config
  return secrets ? { ...config, custom_secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, `$${name}`])) } : config
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={title}>
      <p aria-hidden className="px-2 pt-1.5 pb-0.5 text-2xs text-muted-foreground">
        {title}
      </p>
      {children}
    </div>
  )
}

function Entry({ title, onClick, children }: { title: string; onClick: () => void; children: ReactNode }) {
  return (
    <MenuItem onClick={onClick} className="h-auto flex-col items-start gap-0 py-1 max-lg:h-auto max-lg:min-h-10">
      <bdi className="max-w-full truncate">{title}</bdi>
      <span className="max-w-full truncate text-2xs text-muted-foreground">{children}</span>
    </MenuItem>
  )
}

const Note = ({ children }: { children: ReactNode }) => <p className="px-2 py-1.5 text-muted-foreground text-xs">{children}</p>
