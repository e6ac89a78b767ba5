import { paths } from "@/lib/paths.ts"

/** One line of the palette: a place to go to, or something to do. */
export interface Command {
  id: string
  label: string
  /** What tells it from others of the same label. */
  note?: string
  /** Words that find it beside those of its label. */
  also?: string
  href?: string
  run?: () => void
}

export interface CommandGroup {
  label: string
  items: readonly Command[]
}

export const pages: readonly Command[] = [
  { id: "home", label: "Home", also: "start running latest", href: paths.home },
  { id: "environments", label: "Environments", href: paths.environments },
  { id: "evaluations", label: "Evaluations", also: "runs", href: paths.evaluations },
  { id: "search", label: "Search samples and logs", href: paths.search },
  { id: "models", label: "Models", also: "providers keys openai vllm ollama", href: paths.models },
  { id: "usage", label: "Usage", also: "cost tokens budget", href: paths.usage },
  { id: "settings", label: "Settings", href: paths.settings },
  { id: "settings-teams", label: "Settings: teams", also: "member", href: `${paths.settings}#teams` },
  { id: "settings-keys", label: "Settings: API keys", also: "token", href: `${paths.settings}#api-keys` },
  { id: "settings-notifications", label: "Settings: notifications", also: "webhook e-mail slack push", href: paths.notifications },
  { id: "settings-secrets", label: "Settings: secrets", href: `${paths.settings}#secrets` },
  { id: "settings-tunnels", label: "Settings: tunnels", href: `${paths.settings}#tunnels` },
  { id: "settings-instances", label: "Settings: instances", also: "pods ssh", href: paths.instances },
  { id: "settings-audit", label: "Settings: audit log", also: "history", href: paths.audit },
  { id: "docs", label: "Documentation", also: "docs guide help", href: paths.docs },
  { id: "api", label: "API reference", also: "docs openapi", href: paths.apiReference },
]

/** The commands that have every word of a text, in the order they stand. */
export function matching(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return commands.filter(({ label, note = "", also = "" }) => {
    const known = `${label} ${note} ${also}`.toLowerCase()
    return words.every((word) => known.includes(word))
  })
}

/** Where the next run is started from: the form of the environment that is shown, or the list of environments. */
export function launchAddress(pathname: string): string {
  const [, owner, name] = /^\/dashboard\/environments\/([^/]+)\/([^/]+)/.exec(pathname) ?? []
  return owner && name ? paths.launch(decodeURIComponent(owner), decodeURIComponent(name)) : paths.environments
}
