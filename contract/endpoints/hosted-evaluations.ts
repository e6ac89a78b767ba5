import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import * as hosted from "../hosted-evaluations.ts"
import * as inference from "../inference.ts"
import { limits } from "../limits.ts"
import * as logs from "../logs/logs.ts"
import * as providers from "../models/providers.ts"

const evaluationId = z.object({ evaluation_id: Id })

export const hostedEvaluationsEndpoints = {
  createHostedEvaluation: endpoint({
    method: "post",
    path: "/hosted-evaluations",
    group: "hosted-evaluations",
    summary: "Run one or several environments against a model on the platform",
    access: "required",
    body: hosted.CreateHostedEvaluationRequest,
    status: 201,
    answer: "json",
    response: hosted.CreateHostedEvaluationResponse,
  }),
  launchSuite: endpoint({
    method: "post",
    path: "/hosted-evaluations/suites",
    group: "hosted-evaluations",
    summary: `Run one environment against 2 to ${limits.modelsPerSuiteMax} models with the same configuration, all or none of them`,
    access: "required",
    body: hosted.LaunchSuiteRequest,
    status: 201,
    answer: "json",
    response: hosted.LaunchSuiteResponse,
    extension: true,
  }),
  listInferenceModels: endpoint({
    method: "get",
    path: "/hosted-evaluations/models",
    group: "hosted-evaluations",
    summary: "Models that a hosted evaluation can use",
    access: "required",
    query: providers.ProviderScope,
    status: 200,
    answer: "json",
    response: inference.ListInferenceModelsResponse,
  }),
  cancelHostedEvaluation: endpoint({
    method: "patch",
    path: "/hosted-evaluations/{evaluation_id}/cancel",
    group: "hosted-evaluations",
    summary: "Stop a hosted evaluation; what it has finished is kept",
    access: "required",
    params: evaluationId,
    status: 200,
    answer: "json",
    response: hosted.CancelHostedEvaluationResponse,
  }),
  resumeHostedEvaluation: endpoint({
    method: "post",
    path: "/hosted-evaluations/{evaluation_id}/resume",
    group: "hosted-evaluations",
    summary: "Go on with a hosted evaluation that has ended: do what is missing, what ended with an error, or both",
    access: "required",
    params: evaluationId,
    body: hosted.ResumeHostedEvaluationRequest,
    status: 200,
    answer: "json",
    response: hosted.CreateHostedEvaluationResponse,
    extension: true,
  }),
  scoreAgain: endpoint({
    method: "post",
    path: "/hosted-evaluations/{evaluation_id}/score-again",
    group: "hosted-evaluations",
    summary: "Score the stored rollouts of an evaluation with another version's rubric, or other weights, without asking the model",
    access: "required",
    params: evaluationId,
    body: hosted.ScoreAgainRequest,
    status: 201,
    answer: "json",
    response: hosted.CreateHostedEvaluationResponse,
    extension: true,
  }),
  listAttempts: endpoint({
    method: "get",
    path: "/hosted-evaluations/{evaluation_id}/attempts",
    group: "hosted-evaluations",
    summary: "The attempts of a hosted evaluation, oldest first",
    access: "required",
    params: evaluationId,
    status: 200,
    answer: "json",
    response: hosted.ListAttemptsResponse,
    extension: true,
  }),
  getHostedEvaluationLogs: endpoint({
    method: "get",
    path: "/hosted-evaluations/{evaluation_id}/logs",
    group: "hosted-evaluations",
    summary: "The tail of a run's log as text, fit for a terminal",
    access: "required",
    params: evaluationId,
    status: 200,
    answer: "json",
    response: logs.GetHostedEvaluationLogsResponse,
  }),
}
