import { environmentOf, modelOf } from "@/components/shared/run-facts.ts"
import { address } from "@/contract/address.ts"
import { exportFormatList } from "@/contract/exports.ts"
import type { Evaluation } from "@/contract/index.ts"

export interface ExportFile {
  name: string
  href: string
  about: string
}

interface ExportFiles {
  /** For programs that go on with the samples. */
  samples: ExportFile[]
  /** For those who read the result elsewhere. */
  published: ExportFile[]
  /** In which verifiers looks for such files. */
  folder: string
}

/** The files that a run can be downloaded as. */
export function exportsOf(run: Evaluation): ExportFiles {
  const at = (name: string) => address(`/evaluations/{evaluation_id}/export/${name}`, { evaluation_id: run.evaluation_id })
  const part = (text: string) => text.replaceAll("/", "--")
  // The viewer takes the text before the first -- as the environment's name, so the owner is left out.
  const environment = run.environment?.name ?? environmentOf(run).text
  const filesOf = (publishes: boolean) =>
    exportFormatList
      .filter((format) => (format.publishes ?? false) === publishes)
      .map(({ file, about }) => ({ name: file, href: at(file), about }))
  return {
    samples: filesOf(false),
    published: filesOf(true),
    folder: `outputs/evals/${part(environment)}--${part(modelOf(run) ?? "model")}/${run.evaluation_id}/`,
  }
}
