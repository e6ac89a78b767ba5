/** A worker is named host-pid. One of this host whose process is gone will not come back. */
export function isDeadWorker(owner: string, self: string): boolean {
  const split = (name: string) => [name.slice(0, name.lastIndexOf("-")), Number(name.slice(name.lastIndexOf("-") + 1))] as const
  const [host, pid] = split(owner)
  if (host !== split(self)[0] || owner === self) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH"
  }
}
