import type { SharedMessage, SharedSampleDetail } from "@/contract/index.ts"
import { formatScore, metricLabel } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

/** A sample of a shared run: its scores, and its messages as plain text. */
export function SharedSampleView({ token, detail }: { token: string; detail: SharedSampleDetail }) {
  const { sample, messages, cut } = detail
  const steps = [
    { label: "Previous", id: detail.previous_id },
    { label: "Next", id: detail.next_id },
  ]
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h2 className="break-anywhere font-semibold text-lg">
          Example <bdi>{sample.example_id}</bdi>, rollout {sample.rollout_index + 1}
        </h2>
        <nav aria-label="Samples" className="flex gap-4 text-sm">
          {steps.map(({ label, id }) =>
            id === null ? null : (
              <a key={label} href={paths.sharedSample(token, id)} className="link">
                {label}
              </a>
            ),
          )}
        </nav>
      </div>
      <dl className="flex flex-wrap gap-x-8 gap-y-2 text-sm">
        {[["Reward", sample.reward] as const, ...Object.entries(sample.metrics)].map(([name, value], i) => (
          <div key={i === 0 ? "reward" : `metric ${name}`}>
            <dt className="break-anywhere text-2xs text-muted-foreground">
              <bdi>{metricLabel(name)}</bdi>
            </dt>
            <dd className="tabular">{formatScore(value)}</dd>
          </div>
        ))}
      </dl>
      {sample.error && <p className="break-anywhere whitespace-pre-wrap font-mono text-danger text-xs">{sample.error}</p>}
      <ol className="border-t">
        {messages.map((message, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no name of their own, and the list never changes
          <MessageRow key={i} message={message} />
        ))}
      </ol>
      {cut && <p className="text-muted-foreground text-sm">The sample has more text than is shown here.</p>}
    </>
  )
}

const kindWords: Record<string, string> = {
  reasoning: "reasoning",
  call: "tool call",
  result: "tool result",
  error: "error",
  answer: "answer",
  title: "conversation",
}

function MessageRow({ message: { role, texts } }: { message: SharedMessage }) {
  return (
    <li className="grid gap-x-4 border-b py-3 sm:grid-cols-[7rem_minmax(0,1fr)]">
      <p className="text-muted-foreground text-sm">{role ?? kindWords[texts[0]?.kind ?? ""] ?? ""}</p>
      <div className="flex min-w-0 flex-col gap-2">
        {texts.map(({ kind, text }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: texts have no name of their own, and the list never changes
          <div key={i} className="min-w-0">
            {kind !== "message" && role !== null && <p className="text-2xs text-muted-foreground">{kindWords[kind] ?? kind}</p>}
            <p
              dir="auto"
              className={`break-anywhere whitespace-pre-wrap text-sm ${kind === "message" || kind === "answer" ? "" : "font-mono text-xs leading-5"}`}
            >
              {text}
            </p>
          </div>
        ))}
      </div>
    </li>
  )
}
