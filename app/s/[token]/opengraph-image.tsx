import { ImageResponse } from "next/og"
import { resultSize } from "@/components/shared/runs/result.ts"
import { sharedSubject } from "@/components/sharing/shared-words.ts"
import { formatInterval, formatScore } from "@/lib/format.ts"
import { readSharedRun } from "./read-shared.ts"

export const size = { width: 1200, height: 630 }
export const contentType = "image/png"
export const alt = "The result of the evaluation"

const [ink, quiet, line, accent] = ["#16171b", "#6b6e76", "#dcdbd6", "#1f4fd1"]
const width = 1040

/** The preview that other sites show of a link: what was evaluated, its mean, and the interval on its axis. */
export default async function PreviewPicture({ params }: { params: Promise<{ token: string }> }) {
  const run = await readSharedRun((await params).token)
  if (!run || run === "password") return new Response(null, { status: 404 })
  const { reward } = run
  const low = Math.min(0, reward?.min ?? 0)
  const high = Math.max(1, reward?.max ?? 1)
  const at = (value: number) => ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * width
  return new ImageResponse(
    <div
      style={{
        display: "flex",
        flexDirection: "column",
        justifyContent: "space-between",
        width: "100%",
        height: "100%",
        padding: 80,
        background: "#fcfbf8",
        color: ink,
      }}
    >
      <div style={{ display: "flex", flexDirection: "column" }}>
        <div style={{ fontSize: 44, fontWeight: 600, lineClamp: 2 }}>{sharedSubject(run)}</div>
        <div style={{ fontSize: 28, color: quiet, marginTop: 12 }}>{resultSize(run)}</div>
      </div>
      <div style={{ display: "flex", flexDirection: "column" }}>
        <div style={{ display: "flex", alignItems: "baseline" }}>
          <div style={{ fontSize: 140, fontWeight: 700 }}>{reward ? formatScore(reward.mean) : "–"}</div>
          {reward?.interval95 ? (
            <div style={{ fontSize: 32, color: quiet, marginLeft: 28 }}>{`95 % interval ${formatInterval(reward.interval95)}`}</div>
          ) : null}
        </div>
        <div style={{ display: "flex", position: "relative", width, height: 28, marginTop: 20 }}>
          <div style={{ position: "absolute", top: 13, left: 0, width, height: 2, background: line }} />
          {reward?.interval95 ? (
            <div
              style={{
                position: "absolute",
                top: 8,
                left: at(reward.interval95.low),
                width: Math.max(12, at(reward.interval95.high) - at(reward.interval95.low)),
                height: 12,
                borderRadius: 6,
                background: "#c9d3ee",
              }}
            />
          ) : null}
          {reward ? (
            <div
              style={{
                position: "absolute",
                top: 2,
                left: at(reward.mean) - 12,
                width: 24,
                height: 24,
                borderRadius: 12,
                background: accent,
              }}
            />
          ) : null}
        </div>
      </div>
      <div style={{ display: "flex", fontSize: 26, color: quiet }}>Hosted Evals</div>
    </div>,
    size,
  )
}
