import * as z from "zod"
import { Id, JsonObject } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import { type ExportId, exportFormats } from "../exports.ts"

/** What a reader of the type makes of the file; of other types, its text. */
const shapeOf: Record<string, z.ZodType> = { "application/json": JsonObject, "application/yaml": z.array(JsonObject) }

const exportEndpoint = <const File extends string>(format: { file: File; summary: string; contentType: string }) =>
  endpoint({
    method: "get",
    path: `/evaluations/{evaluation_id}/export/${format.file}`,
    group: "evaluations",
    summary: format.summary,
    access: "required",
    params: z.object({ evaluation_id: Id }),
    status: 200,
    answer: "stream",
    contentType: format.contentType,
    response: shapeOf[format.contentType] ?? z.string(),
    extension: true,
  })

type ExportEndpoints = { [K in ExportId]: ReturnType<typeof exportEndpoint<(typeof exportFormats)[K]["file"]>> }

/** One download of a run per export format. */
export const exportsEndpoints = Object.fromEntries(
  Object.entries(exportFormats).map(([id, format]) => [id, exportEndpoint(format)]),
) as ExportEndpoints
