import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import { limits } from "../limits.ts"
import * as presets from "../lists/presets.ts"

const byId = z.object({ preset_id: Id })

export const presetsEndpoints = {
  listPresets: endpoint({
    method: "get",
    path: "/run-presets",
    group: "hosted-evaluations",
    summary: "The caller's presets for an environment, and the configurations that the caller last ran of it",
    access: "required",
    query: presets.ListPresetsQuery,
    status: 200,
    answer: "json",
    response: presets.ListPresetsResponse,
    extension: true,
  }),
  savePreset: endpoint({
    method: "post",
    path: "/run-presets",
    group: "hosted-evaluations",
    summary: `Keep a configuration under a name, at most ${limits.presetsMax} in all; one of the same name is replaced`,
    access: "required",
    body: presets.SavePresetRequest,
    status: 201,
    answer: "json",
    response: presets.RunPreset,
    extension: true,
  }),
  renamePreset: endpoint({
    method: "patch",
    path: "/run-presets/{preset_id}",
    group: "hosted-evaluations",
    summary: "Give a preset another name",
    access: "required",
    params: byId,
    body: presets.RenamePresetRequest,
    status: 200,
    answer: "json",
    response: presets.RunPreset,
    extension: true,
  }),
  deletePreset: endpoint({
    method: "delete",
    path: "/run-presets/{preset_id}",
    group: "hosted-evaluations",
    summary: "Delete a preset",
    access: "required",
    params: byId,
    status: 200,
    answer: "json",
    response: z.object({ id: Id, deleted: z.boolean() }),
    extension: true,
  }),
}
