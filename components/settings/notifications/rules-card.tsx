"use client"

import { Plus } from "lucide-react"
import dynamic from "next/dynamic"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { NotificationRule } from "@/contract/index.ts"
import { useWrite } from "@/lib/use-write.ts"
import { removeRule } from "./actions.ts"
import type { RuleFormProps } from "./rule-form.tsx"
import { aboutText, eventsText } from "./words.ts"

const RuleForm = dynamic(() => import("./rule-form.tsx").then((module) => module.RuleForm), {
  ssr: false,
  loading: () => <Spinner label="Loading the form" />,
})

interface RulesCardProps extends Omit<RuleFormProps, "onClose"> {
  rules: readonly NotificationRule[]
}

/** Which events of what send a person a message. */
export function RulesCard({ rules, ...form }: RulesCardProps) {
  const [isAdding, setIsAdding] = useState(form.about !== null)
  return (
    <Card aria-labelledby="rules">
      <CardHeader
        id="rules"
        title="Rules"
        action={
          <Button size="sm" onClick={() => setIsAdding(true)}>
            <Plus aria-hidden />
            Add a rule
          </Button>
        }
      />
      {rules.length > 0 && !form.channels.some(({ state }) => state === "on") && (
        <p className="pt-2.5 text-sm text-warning">No channel is on, so nothing reaches you.</p>
      )}
      {rules.length === 0 ? (
        <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-sm">
          No rules yet. A rule sends you a message when, for example, a run fails: one that you launched, or one of a team or an
          environment.
        </p>
      ) : (
        <ul>
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} channel={form.channels.find(({ id }) => id === rule.channel_id)?.name ?? null} />
          ))}
        </ul>
      )}
      <Dialog open={isAdding} onClose={() => setIsAdding(false)} title="Add a rule">
        {isAdding && <RuleForm {...form} onClose={() => setIsAdding(false)} />}
      </Dialog>
    </Card>
  )
}

function RuleRow({ rule, channel }: { rule: NotificationRule; channel: string | null }) {
  const { run, isPending, refusal } = useWrite()
  const [what, about] = [eventsText(rule.events), aboutText(rule)]
  return (
    <li className="flex min-h-9 min-w-0 flex-wrap items-center gap-x-4 gap-y-0.5 border-b py-1.5 text-sm last:border-b-0">
      <span className="break-anywhere min-w-0 flex-1 basis-48 font-medium">{what}</span>
      <span className="break-anywhere min-w-0 flex-1 basis-40 text-muted-foreground">
        <bdi>{about}</bdi>
      </span>
      <span className="break-anywhere min-w-0 flex-1 basis-32 text-muted-foreground text-xs">
        <bdi>{channel ?? "all channels"}</bdi>
      </span>
      <Button
        variant="ghost"
        size="sm"
        className="ml-auto"
        pending={isPending}
        aria-label={`Delete the rule: ${what}, about ${about}`}
        onClick={() =>
          run(
            () => removeRule(rule.id),
            () => {},
          )
        }
      >
        Delete
      </Button>
      {refusal && (
        <span role="alert" className="basis-full text-danger text-xs">
          {refusal.message}
        </span>
      )}
    </li>
  )
}
