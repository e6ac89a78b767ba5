import { environmentOf, modelOf } from "@/components/shared/run-facts.ts"
import { address } from "@/contract/address.ts"
import { exportFormats } from "@/contract/exports.ts"
import type { Evaluation } from "@/contract/index.ts"

export interface ExportFile {
  name: string
  href: string
  about: string
}

/** The files that a run can be downloaded as, and the folder in which verifiers looks for such files. */
export function exportsOf(run: Evaluation): { files: ExportFile[]; folder: string } {
  const at = (name: string) => address(`/evaluations/{evaluation_id}/export/${name}`, { evaluation_id: run.evaluation_id })
  const part = (text: string) => text.replaceAll("/", "--")
  // The viewer takes the text before the first -- as the environment's name, so the owner is left out.
  const environment = run.environment?.name ?? environmentOf(run).text
  return {
    files: Object.values(exportFormats).map(({ file, about }) => ({ name: file, href: at(file), about })),
    folder: `outputs/evals/${part(environment)}--${part(modelOf(run) ?? "model")}/${run.evaluation_id}/`,
  }
}
