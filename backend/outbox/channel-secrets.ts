import type { ChannelKind } from "../../contract/index.ts"
import { channelContext, decrypt, encrypt } from "../base/crypto.ts"
import type { ChannelSecrets } from "./channels/channel.ts"

/** Encrypts where a channel leads, for its row. */
export const sealChannel = <Kind extends ChannelKind>(secretKey: Buffer, id: string, secrets: ChannelSecrets[Kind]): Buffer =>
  encrypt(secretKey, JSON.stringify(secrets), channelContext(id))

/** @throws Error when the key or the row is another one */
export const openChannel = <Kind extends ChannelKind>(secretKey: Buffer, { id, sealed }: { id: string; sealed: Buffer }) =>
  JSON.parse(decrypt(secretKey, sealed, channelContext(id))) as ChannelSecrets[Kind]
