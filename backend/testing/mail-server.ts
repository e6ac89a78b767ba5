import type { AddressInfo } from "node:net"
import { SMTPServer } from "smtp-server"

export interface Mail {
  from: string
  to: string[]
  /** Head and body as they were sent. */
  text: string
}

export interface MailServer {
  /** As SMTP_URL has it. */
  url: string
  /** What has arrived, oldest first. */
  mails: Mail[]
  /** Why mails are refused; null takes them. */
  refusal: string | null
  close: () => void
}

/** An SMTP server that keeps the mails it is sent. */
export async function startMailServer(): Promise<MailServer> {
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _session, done) =>
      username === "name" && password === "pass word" ? done(null, { user: username }) : done(new Error("who is that?")),
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on("data", (chunk) => chunks.push(chunk))
      stream.on("end", () => {
        if (kept.refusal) return done(Object.assign(new Error(kept.refusal), { responseCode: 450 }))
        const from = envelope.mailFrom ? envelope.mailFrom.address : ""
        kept.mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString("utf8") })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.server.address() as AddressInfo
  const kept: MailServer = { url: `smtp://name:pass%20word@127.0.0.1:${port}`, mails: [], refusal: null, close: () => server.close() }
  return kept
}
