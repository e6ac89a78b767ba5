import { hasProgram, installDebian, isRootOn } from "./debian.mjs"
import { say } from "./say.mjs"

/**
 * Makes sure that there is bubblewrap, which keeps environments apart, where it can be installed. Where not, the worker says how
 * environments run instead: nothing fails here.
 */
export async function ensureBubblewrap(env = process.env) {
  if (process.platform !== "linux" || hasProgram("bwrap") || !["auto", "bubblewrap"].includes(env.SANDBOX || "auto")) return
  if (!isRootOn("debian", "ubuntu")) return
  await installDebian("Installing bubblewrap", "bubblewrap").catch((error) => say(`bubblewrap could not be installed: ${error.message}`))
}

/** Makes sure that there is an SSH client to enter instances with, where it can be installed. */
export async function ensureSshClient() {
  if (hasProgram("ssh") && hasProgram("ssh-keygen")) return
  if (!isRootOn("debian", "ubuntu")) return
  await installDebian("Installing the SSH client", "openssh-client").catch((error) =>
    say(`The SSH client could not be installed: ${error.message}`),
  )
}

/** Makes sure that there is a container engine to test against, where it can be installed. */
export async function ensurePodman() {
  if (hasProgram("podman") && hasProgram("runc")) return
  if (!isRootOn("debian")) return
  await installDebian("Installing Podman", "podman", "runc").catch((error) => say(`Podman could not be installed: ${error.message}`))
}
