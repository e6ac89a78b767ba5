import { SaveMenu } from "@/components/charts/save-menu.tsx"
import { MenuDownload, MenuLine } from "@/components/ui/overlay/menu.tsx"
import { address } from "@/contract/address.ts"
import type { CompareResponse } from "@/contract/compare/compare.ts"

const tables = [
  { format: "markdown", file: "comparison.md", label: "Table (Markdown)" },
  { format: "latex", file: "comparison.tex", label: "Table (LaTeX)" },
] as const

/** Takes a comparison away: the drawing of its means and differences, their numbers, or a table of the runs. */
export function SaveComparison({ comparison, canExport }: { comparison: CompareResponse; canExport: boolean }) {
  const { runs, errors, margin } = comparison
  const ids = runs.map((run) => run.evaluation_id)
  const query = { runs: ids.join(","), errors, margin }
  return (
    <SaveMenu
      title="Comparison"
      subject={runs.map(({ label }) => label).join(" · ")}
      id={ids[0] ?? ""}
      chart={{ kind: "comparison", runs }}
    >
      {canExport && (
        <>
          <MenuLine />
          {tables.map(({ format, file, label }) => (
            <MenuDownload key={format} href={address("/evaluations/compare/table", {}, { ...query, format })} download={file}>
              {label}
            </MenuDownload>
          ))}
        </>
      )}
    </SaveMenu>
  )
}
