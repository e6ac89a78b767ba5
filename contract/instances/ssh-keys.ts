import * as z from "zod"
import { Id, PageQuery, Timestamp } from "../common.ts"

export const AddSshKeyRequest = z
  .object({
    name: z.string().min(1).max(100),
    publicKey: z.string().min(1).max(10_000).describe("One line, as in ~/.ssh/id_ed25519.pub"),
  })
  .meta({ id: "UploadSSHKeyRequest" })
export type AddSshKeyRequest = z.infer<typeof AddSshKeyRequest>

export const SshKey = z
  .object({
    id: Id,
    userId: z.string(),
    name: z.string(),
    publicKey: z.string(),
    isPrimary: z.boolean().describe("Every key opens every instance of its person"),
    isUserKey: z.boolean(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    // Extension
    fingerprint: z.string().describe("SHA256:…, as ssh-keygen -l shows it"),
  })
  .meta({ id: "SSHKey" })
export type SshKey = z.infer<typeof SshKey>

export const ListSshKeysQuery = PageQuery
export const ListSshKeysResponse = z
  .object({ total_count: z.int(), offset: z.int(), limit: z.int(), data: z.array(SshKey) })
  .meta({ id: "SSHKeyList" })
export type ListSshKeysResponse = z.infer<typeof ListSshKeysResponse>

export const DeletedSshKey = z.object({ id: Id }).meta({ id: "DeleteSSHKeyResponse" })
