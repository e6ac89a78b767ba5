import * as z from "zod"
import * as directory from "../../accounts/directory.ts"
import { answerOf, Id, PageQuery, pageOf } from "../../common.ts"
import { endpoint } from "../../endpoint.ts"

const forAdmins = { group: "accounts", access: "required", answer: "json", extension: true } as const

/** For admins of the platform. The directory itself speaks SCIM 2.0 below /scim/v2, which is no part of this table. */
export const directoryEndpoints = {
  listDirectoryTokens: endpoint({
    ...forAdmins,
    method: "get",
    path: "/directory/tokens",
    summary: "What directories speak with, newest first",
    query: PageQuery,
    status: 200,
    response: pageOf(directory.DirectoryToken),
  }),
  createDirectoryToken: endpoint({
    ...forAdmins,
    method: "post",
    path: "/directory/tokens",
    summary: "Make a token with which a directory keeps people and groups by SCIM 2.0",
    body: directory.CreateDirectoryTokenRequest,
    status: 201,
    response: answerOf(directory.NewDirectoryToken),
  }),
  revokeDirectoryToken: endpoint({
    ...forAdmins,
    method: "delete",
    path: "/directory/tokens/{token_id}",
    summary: "End a directory's token",
    params: z.object({ token_id: Id }),
    status: 200,
    response: z.object({ id: Id, revoked: z.boolean() }),
  }),
  listDirectoryGroups: endpoint({
    ...forAdmins,
    method: "get",
    path: "/directory/groups",
    summary: "Groups that directories keep, and what they are for here",
    query: PageQuery,
    status: 200,
    response: pageOf(directory.DirectoryGroup),
  }),
  mapDirectoryGroup: endpoint({
    ...forAdmins,
    method: "put",
    path: "/directory/groups/{group_id}",
    summary: "Give the members of a group a role in a team",
    params: z.object({ group_id: Id }),
    body: directory.MapDirectoryGroupRequest,
    status: 200,
    response: answerOf(directory.DirectoryGroup),
  }),
}
