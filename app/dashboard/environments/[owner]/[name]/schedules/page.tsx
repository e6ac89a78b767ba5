import { CalendarClock } from "lucide-react"
import type { Metadata } from "next"
import { AddSchedule, type ScheduleConfig } from "@/components/environments/schedules/add-schedule.tsx"
import { SchedulesList } from "@/components/environments/schedules/schedules-list.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import { mayDo } from "@/contract/access/roles.ts"
import type { ListPresetsResponse } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../environment.ts"

export const metadata: Metadata = { title: "Schedules" }

/** Runs of an environment that are launched by themselves. */
export default async function SchedulesPage({ params }: EnvironmentParams) {
  const { owner, name } = await slugOf(params)
  const reading = await readEnvironment(owner, name)
  if (!reading.ok) return null
  const client = await api()
  const read = await formAction(() =>
    Promise.all([
      client.listSchedules({ params: { owner, name } }),
      client.listPresets({ query: { environment_id: reading.environment.id } }),
      client.listTeams({ query: { limit: limits.namesPageMax } }),
    ]),
  )
  if (!read.ok) return <LoadError title="The schedules could not be read" message={read.message} />
  const [{ schedules }, presets, teams] = read.value
  const launching = teams.data.filter((team) => mayDo(team, "run"))
  const configs = configsOf(presets)
  const isFirst = schedules.length === 0
  const add = configs.length > 0 ? <AddSchedule owner={owner} name={name} configs={configs} teams={launching} isFirst={isFirst} /> : null
  return (
    <Section id="schedules" title="Schedules" note="runs that the platform launches by itself" action={isFirst ? null : add}>
      {!isFirst ? (
        <SchedulesList schedules={schedules} />
      ) : (
        <EmptyState
          icon={<CalendarClock aria-hidden />}
          title="No schedules yet"
          level={3}
          action={add ?? <ButtonLink href={paths.launch(owner, name)}>Launch a run</ButtonLink>}
        >
          {add
            ? "Launch a run every day, every week or with each published version, and see how it compares with a baseline."
            : "A schedule begins with the configuration of a run or a preset: launch a run of this environment first."}
        </EmptyState>
      )}
      <p className="max-w-prose pt-3 text-muted-foreground text-xs">
        Times missed while the platform was stopped are made up for by one run.{" "}
        <Link href={paths.notifyAbout(owner, name)} className="link">
          Get a message
        </Link>{" "}
        when one fails, regresses or could not be launched.
      </p>
    </Section>
  )
}

/** What a schedule may begin with: the configurations that were run last, then presets. */
function configsOf({ recent, presets }: ListPresetsResponse): ScheduleConfig[] {
  return [
    ...recent.map(({ name, models, eval_config: config }) => ({ label: name, model: models[0] ?? "", config })),
    ...presets.map(({ name, eval_config: config }) => ({ label: `Preset: ${name}`, model: "", config })),
  ]
}
