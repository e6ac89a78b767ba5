interface NoLinesProps {
  isFiltered: boolean
  isSearching: boolean
  /** The run is not over. */
  active: boolean
  isHosted: boolean
}

/** What the log pane shows instead of lines. */
export function NoLines(props: NoLinesProps) {
  return <p className="min-h-80 rounded-lg border bg-card p-6 text-center text-muted-foreground text-sm">{reason(props)}</p>
}

function reason({ isFiltered, isSearching, active, isHosted }: NoLinesProps): string {
  if (isFiltered) return isSearching ? "Searching…" : "No line matches. Change or clear the search, the level and the stream."
  if (!isHosted) return "This run was uploaded, and its log was not."
  return active ? "Nothing has been logged yet. The log begins when the run starts." : "This run logged nothing."
}
