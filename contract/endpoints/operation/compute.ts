import { answerOf } from "../../common.ts"
import * as compute from "../../compute/compute.ts"
import { endpoint } from "../../endpoint.ts"

export const computeEndpoints = {
  getCompute: endpoint({
    group: "platform",
    access: "required",
    status: 200,
    answer: "json",
    extension: true,
    method: "get",
    path: "/compute",
    summary: "Where runs run: what each executor has, what runs there, and what waits for what",
    response: answerOf(compute.Compute),
  }),
}
