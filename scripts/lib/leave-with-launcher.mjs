// Loaded into web and worker with --import, before anything of theirs. A launcher that is killed cannot tell its children to
// stop, but the channel to it closes: then stop like on a TERM from it, and by force when that takes too long.
if (process.channel) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM")
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 15_000).unref()
  })
  // The listener alone would keep a program alive that has nothing left to do.
  process.channel.unref()
}
