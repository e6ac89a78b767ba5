import { answerOf, PageQuery, pageOf } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import * as feedback from "../feedback.ts"

export const feedbackEndpoints = {
  sendFeedback: endpoint({
    method: "post",
    path: "/feedback",
    group: "platform",
    summary: "Tell the operator of this platform something",
    access: "required",
    body: feedback.SendFeedbackRequest,
    status: 201,
    answer: "json",
    response: answerOf(feedback.Feedback),
  }),
  listFeedback: endpoint({
    method: "get",
    path: "/feedback",
    group: "platform",
    summary: "What the caller sent, and for admins of the platform what everybody sent; newest first",
    access: "required",
    query: PageQuery,
    status: 200,
    answer: "json",
    response: pageOf(feedback.Feedback),
    extension: true,
  }),
}
