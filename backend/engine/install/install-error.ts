/** Installing failed; the message is the installer's own last words. */
export class InstallError extends Error {
  /** What happened, in one line: uv's error with the first cause that it names, which the lines after that only carry on. */
  get headline(): string {
    const lines = this.message.split("\n")
    const last = lines.findLastIndex((line) => /^error: /.test(line))
    const [error = "", ...following] = lines.slice(Math.max(0, last))
    if (last < 0 || following.some((line) => line.startsWith("[network] "))) return lines.at(-1) ?? ""
    const first = following.findIndex((line) => /^\s*(cause|Caused by): /.test(line))
    const next = following.findIndex((line, i) => i > first && /^\s*(cause|Caused by|hint|\[stderr\])/.test(line))
    const cause = first < 0 ? [] : following.slice(first, next < 0 ? undefined : next)
    return [error, ...cause].map((line) => line.trim().replace(/^(error|cause|Caused by): /, "")).join(": ")
  }
}
