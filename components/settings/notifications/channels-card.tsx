"use client"

import { Ellipsis, Plus } from "lucide-react"
import dynamic from "next/dynamic"
import { useRouter } from "next/navigation"
import { type FormEvent, useState } from "react"
import { Badge } from "@/components/ui/badge.tsx"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Input } from "@/components/ui/form/input.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { Menu, MenuItem } from "@/components/ui/overlay/menu.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { CreatedChannel, NotificationChannel } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { changeChannel, confirmChannel, removeChannel, rotateSecret, sendTest } from "./actions.ts"
import { kindLabels, stateText } from "./words.ts"

const ChannelForm = dynamic(() => import("./channel-form.tsx").then((module) => module.ChannelForm), {
  ssr: false,
  loading: () => <Spinner label="Loading the form" />,
})

interface ChannelsCardProps {
  channels: readonly NotificationChannel[]
  offersEmail: boolean
  pushKey: string
}

/** What is asked before it is done. */
interface Question {
  about: "delete" | "rotate"
  channel: NotificationChannel
}

/** The ways to reach a person, each tested, switched off and deleted in its row. */
export function ChannelsCard({ channels, offersEmail, pushKey }: ChannelsCardProps) {
  const [isAdding, setIsAdding] = useState(false)
  const [question, setQuestion] = useState<Question | null>(null)
  const [made, setMade] = useState<CreatedChannel | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const answer = () => {
    if (!question) return
    const { about, channel } = question
    if (about === "rotate") {
      run(
        () => rotateSecret(channel.id),
        (rotated) => {
          setQuestion(null)
          setMade(rotated)
        },
      )
      return
    }
    run(
      () => removeChannel(channel.id),
      () => {
        setQuestion(null)
        toast({ title: `“${isolated(channel.name)}” was deleted`, tone: "success" })
      },
    )
  }
  const ask = (next: Question) => {
    clear()
    setQuestion(next)
  }
  return (
    <Card aria-labelledby="channels">
      <CardHeader
        id="channels"
        title="Channels"
        action={
          <Button size="sm" onClick={() => setIsAdding(true)}>
            <Plus aria-hidden />
            Add a channel
          </Button>
        }
      />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        Where messages are sent. One that does not arrive is tried again for three days; each channel has a log of its messages.
      </p>
      {channels.length === 0 ? (
        <p className="max-w-prose pb-2 text-muted-foreground text-sm">
          No channels yet. Add a webhook, an e-mail address or this browser, and then a rule for what is sent to it.
        </p>
      ) : (
        <ul className="border-t">
          {channels.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} onAsk={(about) => ask({ about, channel })} />
          ))}
        </ul>
      )}
      <Dialog open={isAdding} onClose={() => setIsAdding(false)} title="Add a channel">
        {isAdding && (
          <ChannelForm
            offersEmail={offersEmail}
            pushKey={pushKey}
            onClose={() => setIsAdding(false)}
            onMade={(created) => {
              setIsAdding(false)
              if (created.secret) setMade(created)
              else toast({ title: `“${isolated(created.channel.name)}” was added`, tone: "success" })
            }}
          />
        )}
      </Dialog>
      <Dialog
        open={made !== null}
        onClose={() => setMade(null)}
        title="The key of this webhook"
        description="Copy it now: it cannot be shown again. Your program checks with it that a message is the platform's."
      >
        <div className="flex min-w-0 flex-col gap-3">
          <CodeBlock wrap code={made?.secret ?? ""} label="signing key" />
          <div className="flex justify-end">
            <Button variant="primary" onClick={() => setMade(null)}>
              Done
            </Button>
          </div>
        </div>
      </Dialog>
      <ConfirmDialog
        open={question !== null}
        onClose={() => setQuestion(null)}
        onConfirm={answer}
        title={question?.about === "rotate" ? "Make a new key?" : "Delete this channel?"}
        confirmLabel={question?.about === "rotate" ? "Make a new key" : "Delete"}
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          <strong className="font-medium text-foreground">
            <bdi>{question?.channel.name}</bdi>
          </strong>{" "}
          {question?.about === "rotate"
            ? "is signed with the new key from now on; a program that checks with the old one refuses its messages."
            : "is deleted with its log, the messages that wait for it, and the rules that name it. This cannot be undone."}
        </p>
      </ConfirmDialog>
    </Card>
  )
}

function ChannelRow({ channel, onAsk }: { channel: NotificationChannel; onAsk: (about: Question["about"]) => void }) {
  const { run, isPending, refusal } = useWrite()
  const router = useRouter()
  const { id, name, kind, state } = channel
  const { text, isFaulty } = stateText(channel)
  const isOn = state === "on"
  return (
    <li className="flex min-h-9 min-w-0 flex-wrap items-center gap-x-4 gap-y-1 border-b py-1.5 text-sm last:border-b-0">
      <span className={cn("flex min-w-0 flex-1 basis-56 items-baseline gap-2", state === "off" && "text-muted-foreground")}>
        <bdi className="truncate font-medium" title={name}>
          {name}
        </bdi>
        <Badge>{kindLabels[kind]}</Badge>
        <span className="truncate text-muted-foreground text-xs" title={channel.shown_address}>
          {channel.shown_address}
        </span>
      </span>
      <span className={cn("break-anywhere min-w-0 flex-1 basis-40 text-xs", isFaulty ? "text-danger" : "text-muted-foreground")}>
        {text}
      </span>
      <span className="ml-auto flex shrink-0 items-center">
        {isOn && (
          <Button
            variant="ghost"
            size="sm"
            pending={isPending}
            aria-label={`Send a test to ${name}`}
            onClick={() =>
              run(
                () => sendTest(id),
                () => router.push(paths.notificationLog(id)),
              )
            }
          >
            Send test
          </Button>
        )}
        <ButtonLink variant="ghost" size="sm" href={paths.notificationLog(id)} aria-label={`Log of ${name}`}>
          Log
        </ButtonLink>
        <Menu label={`More for ${name}`} trigger={<Ellipsis aria-hidden />}>
          {state !== "unconfirmed" && (
            <MenuItem
              onClick={() =>
                run(
                  () => changeChannel(id, { is_on: !isOn }),
                  () => {},
                )
              }
            >
              {isOn ? "Switch off" : "Switch on"}
            </MenuItem>
          )}
          {kind === "webhook" && <MenuItem onClick={() => onAsk("rotate")}>Make a new key…</MenuItem>}
          <MenuItem onClick={() => onAsk("delete")}>Delete…</MenuItem>
        </Menu>
      </span>
      {state === "unconfirmed" && <CodeForm channel={channel} />}
      {refusal && (
        <span role="alert" className="basis-full text-danger text-xs">
          {refusal.message}
        </span>
      )}
    </li>
  )
}

/** Takes the code that was sent to a new address. */
function CodeForm({ channel }: { channel: NotificationChannel }) {
  const [code, setCode] = useState("")
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code.trim() === "" || isPending) return
    run(
      () => confirmChannel(channel.id, code.trim()),
      () => toast({ title: `Messages reach you at ${isolated(channel.shown_address)} now`, tone: "success" }),
    )
  }
  return (
    <form noValidate onSubmit={submit} className="flex basis-full flex-wrap items-center gap-2">
      <Input
        className="w-40 font-mono"
        aria-label={`Code that was sent to ${channel.shown_address}`}
        placeholder="Code from the mail"
        autoComplete="one-time-code"
        spellCheck={false}
        value={code}
        onChange={({ target }) => {
          clear()
          setCode(target.value)
        }}
      />
      <Button type="submit" size="sm" pending={isPending}>
        Confirm
      </Button>
      {refusal && (
        <span role="alert" className="text-danger text-xs">
          {refusal.problems[0] ? `The code ${refusal.problems[0].message}` : refusal.message}
        </span>
      )}
    </form>
  )
}
