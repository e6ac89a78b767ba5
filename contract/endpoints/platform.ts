import * as z from "zod"
import { answerOf, JsonObject } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import * as home from "../home/home.ts"
import * as identity from "../identity.ts"
import { limits } from "../limits.ts"

export const platformEndpoints = {
  whoami: endpoint({
    method: "get",
    path: "/user/whoami",
    group: "user",
    summary: "Who the key or session belongs to",
    access: "required",
    status: 200,
    answer: "json",
    response: answerOf(identity.Whoami),
  }),
  getHome: endpoint({
    method: "get",
    path: "/user/home",
    group: "user",
    summary: "The first steps with what is done of them, and what happened since the caller's last visit",
    access: "required",
    status: 200,
    answer: "json",
    response: home.Home,
    extension: true,
  }),
  noteHomeVisit: endpoint({
    method: "post",
    path: "/user/home/visits",
    group: "user",
    summary: `Note that the caller looks at their home page (visits within ${home.visitMinutes} minutes are one), or put the first steps away`,
    access: "required",
    body: home.UpdateHomeRequest,
    status: 204,
    answer: "empty",
    response: z.undefined(),
    extension: true,
  }),
  getCapabilities: endpoint({
    method: "get",
    path: "/capabilities",
    group: "platform",
    summary: "What this platform offers beyond the public API",
    access: "public",
    status: 200,
    answer: "json",
    response: identity.Capabilities,
    extension: true,
  }),
  getOpenApi: endpoint({
    method: "get",
    path: "/openapi.json",
    group: "platform",
    summary: "This API as an OpenAPI 3.1 document",
    access: "public",
    status: 200,
    answer: "json",
    response: JsonObject,
    extension: true,
  }),
  getHealth: endpoint({
    method: "get",
    path: "/health",
    group: "platform",
    summary: "Answers when the process serves and the database answers",
    access: "public",
    perMinute: limits.healthPerMinute,
    status: 200,
    answer: "json",
    response: identity.Health,
    extension: true,
  }),
}
