import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import * as sshKeys from "./ssh-keys.ts"

const common = { group: "instances", access: "required", permission: "instances", answer: "json" } as const

export const sshKeysEndpoints = {
  listSshKeys: endpoint({
    ...common,
    method: "get",
    path: "/ssh_keys/",
    summary: "Public keys that open the caller's instances; a run sees the ones that it added",
    query: sshKeys.ListSshKeysQuery,
    status: 200,
    response: sshKeys.ListSshKeysResponse,
  }),
  addSshKey: endpoint({
    ...common,
    method: "post",
    path: "/ssh_keys/",
    summary: "Add a public key; one that a run adds opens the run's own instances alone",
    body: sshKeys.AddSshKeyRequest,
    status: 200,
    response: sshKeys.SshKey,
  }),
  deleteSshKey: endpoint({
    ...common,
    method: "delete",
    path: "/ssh_keys/{key_id}/",
    params: z.object({ key_id: Id }),
    summary: "Take a public key away; shells that it opened stay open",
    status: 200,
    response: sshKeys.DeletedSshKey,
  }),
}
