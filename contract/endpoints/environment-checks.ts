import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import * as environments from "../environments.ts"

const inData = environments.inData
const bySlug = z.object({ owner: z.string(), name: z.string() })

/** Checks: installing and loading a version, to see that it works. The wire calls them actions. */
export const environmentChecksEndpoints = {
  retryEnvironmentAction: endpoint({
    method: "post",
    path: "/environmentshub/{owner}/{name}/actions/retry",
    group: "environments",
    summary: "Check a version again",
    access: "required",
    params: bySlug,
    body: environments.RetryActionRequest.nullish(),
    status: 200,
    answer: "json",
    response: inData(z.object({ success: z.boolean(), message: z.string().nullable(), job_id: Id, version_id: Id })),
  }),
  listEnvironmentActions: endpoint({
    method: "get",
    path: "/environmentshub/{owner}/{name}/actions",
    group: "environments",
    summary: "Checks of published versions, newest first",
    access: "optional",
    params: bySlug,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      offset: z.coerce.number().int().min(0).max(100_000).default(0),
      version_id: z.string().nullish(),
    }),
    status: 200,
    answer: "json",
    response: inData(z.object({ actions: z.array(environments.EnvironmentAction), total: z.int() })),
  }),
  getEnvironmentActionLogs: endpoint({
    method: "get",
    path: "/environmentshub/{owner}/{name}/actions/{action_id}/logs",
    group: "environments",
    summary: "Log of one check",
    access: "optional",
    params: bySlug.extend({ action_id: Id }),
    query: z.object({ tail_lines: z.coerce.number().int().min(1).max(10_000).default(1000) }),
    status: 200,
    answer: "json",
    response: inData(z.object({ logs: z.string() })),
  }),
}
