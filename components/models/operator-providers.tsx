import { RefreshWhile } from "@/components/ui/refresh-while.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { OperatorProvider } from "@/contract/index.ts"
import { ProviderStanding } from "./provider-standing.tsx"

const setBy: Record<OperatorProvider["set_by"], string> = {
  platform: "part of the platform",
  file: "set in the operator's file",
  variable: "with the operator's key",
  found: "found on this machine",
}

/** What everybody on this platform may use. Only its operator changes it. */
export function OperatorProviders({ providers }: { providers: readonly OperatorProvider[] }) {
  return (
    <Section id="operator" title="Of this platform" note="for everybody; its operator sets them">
      <RefreshWhile active={providers.some(({ is_starting: isStarting }) => isStarting)} />
      <ul className="-mt-2.5">
        {providers.map(({ id, name, set_by, error, models, is_starting: isStarting }) => (
          <li key={id} className="flex min-h-9 min-w-0 flex-wrap items-center gap-x-4 gap-y-0.5 border-b py-1.5 text-sm">
            <bdi className="min-w-0 flex-1 basis-48 truncate">{name}</bdi>
            <span className="flex-1 basis-48 text-muted-foreground text-xs">{setBy[set_by]}</span>
            <ProviderStanding models={models} error={error} isStarting={Boolean(isStarting)} className="flex-2 basis-48" />
          </li>
        ))}
      </ul>
    </Section>
  )
}
