import * as z from "zod"
import * as audit from "../../audit/audit.ts"
import { endpoint } from "../../endpoint.ts"

export const auditEndpoints = {
  listAudit: endpoint({
    method: "get",
    path: "/audit",
    group: "user",
    summary: "Who did what to what, newest first: of everybody for admins of the platform, else of the caller",
    access: "required",
    query: audit.ListAuditQuery,
    status: 200,
    answer: "json",
    response: audit.ListAuditResponse,
    extension: true,
  }),
  noteSignIn: endpoint({
    method: "post",
    path: "/user/sign-ins",
    group: "user",
    summary: "Say that the caller has signed in, for the audit log",
    access: "required",
    status: 201,
    answer: "json",
    response: z.object({ noted: z.boolean() }),
    extension: true,
  }),
}
