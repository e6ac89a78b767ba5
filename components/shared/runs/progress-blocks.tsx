import type { CSSProperties } from "react"

interface ProgressBlocksProps {
  label: string
  done: number
  errored: number
  /** Null when nobody knows yet how much there is to do. */
  total: number | null
}

/** How far a run is, as a row of blocks: each stands for an equal part of its rollouts, those with errors last. */
export function ProgressBlocks({ label, done, errored, total }: ProgressBlocksProps) {
  const share = (part: number) => `${total ? Math.min(100, (part / total) * 100).toFixed(2) : 0}%`
  return (
    <span
      role="progressbar"
      aria-label={label}
      {...(total === null ? {} : { "aria-valuenow": Math.min(done, total), "aria-valuemin": 0, "aria-valuemax": total })}
      aria-valuetext={`${done}${total === null ? "" : ` of ${total}`}${errored > 0 ? `, ${errored} with errors` : ""}`}
      className="progress-blocks w-20 md:w-24 xl:w-28"
      style={{ "--good": share(done - errored), "--done": share(done) } as CSSProperties}
    />
  )
}
