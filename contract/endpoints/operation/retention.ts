import { answerOf } from "../../common.ts"
import { endpoint } from "../../endpoint.ts"
import * as retention from "../../retention/retention.ts"

const some = { group: "user", access: "required", status: 200, answer: "json", extension: true } as const

export const retentionEndpoints = {
  getRetention: endpoint({
    ...some,
    method: "get",
    path: "/retention",
    summary: "After how many days runs are deleted",
    query: retention.RetentionQuery,
    response: answerOf(retention.Retention),
  }),
  previewRetention: endpoint({
    ...some,
    method: "get",
    path: "/retention/preview",
    summary: "What would be deleted, before it is: for owners of the team, or admins of the platform",
    query: retention.PreviewRetentionQuery,
    response: answerOf(retention.RetentionPreview),
  }),
  setRetention: endpoint({
    ...some,
    method: "put",
    path: "/retention",
    summary: "Have runs deleted after some days, or kept: for owners of the team, or admins of the platform",
    body: retention.SetRetentionRequest,
    response: answerOf(retention.Retention),
  }),
}
