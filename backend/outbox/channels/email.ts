import { createTransport } from "nodemailer"
import { limits } from "../../../contract/limits.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import { toError } from "../../base/errors.ts"
import type { SendOver } from "./channel.ts"

const connectMaxMs = 10_000
const silenceMaxMs = 15_000
/** Of a mail in all, whatever the server does. */
const mailMaxMs = 45_000

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;")

/** By the operator's mail server: a plain text, and the same as simple HTML. */
export const sendEmail: SendOver<"email"> = async ({ config }, { address }, { message, words, url }, signal) => {
  if (!config.mail) return { status: null, error: "This platform sends no e-mail: its operator has not set SMTP_URL", answer: null }
  const transport = createTransport({
    url: config.mail.url,
    connectionTimeout: connectMaxMs,
    greetingTimeout: connectMaxMs,
    socketTimeout: silenceMaxMs,
  })
  const why = `You asked to be told this: ${new URL("/dashboard/settings/notifications", config.publicUrl).href}`
  try {
    const sending = transport.sendMail({
      from: config.mail.from,
      to: { name: "", address },
      subject: words.title,
      // The same at every try, so that a mail that arrives twice is one.
      messageId: `<${message.id}@${new URL(config.publicUrl).hostname}>`,
      headers: { "Auto-Submitted": "auto-generated" },
      text: [words.title, "", ...words.lines, "", url, "", "-- ", why, ""].join("\n"),
      html: [
        `<p><strong><a href="${escaped(url)}">${escaped(words.title)}</a></strong></p>`,
        ...words.lines.map((line) => `<p>${escaped(line).replace(/\n/g, "<br>")}</p>`),
        `<p><small>${escaped(why)}</small></p>`,
      ].join("\n"),
    })
    const sent = await Promise.race([sending, endOf(AbortSignal.any([signal, AbortSignal.timeout(mailMaxMs)]))])
    return { status: Number.parseInt(sent.response, 10) || null, error: null, answer: cutText(sent.response, limits.answerCharactersMax) }
  } catch (thrown) {
    const error = toError(thrown) as Error & { responseCode?: number; response?: string }
    return {
      status: error.responseCode ?? null,
      error: cutText(error.message, limits.answerCharactersMax),
      answer: error.response ? cutText(error.response, limits.answerCharactersMax) : null,
    }
  } finally {
    transport.close()
  }
}

/** @throws Error when the signal is aborted, which nodemailer does not look at; what it sends all the same has the same id at the next try */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error("The mail server did not finish in time"))
    if (signal.aborted) end()
    else signal.addEventListener("abort", end, { once: true })
  })
}
