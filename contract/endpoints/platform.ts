import { answerOf, JsonObject } from "../common.ts"
import { endpoint } from "../endpoint.ts"
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
