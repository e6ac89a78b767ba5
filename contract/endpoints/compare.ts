import * as z from "zod"
import * as baseline from "../compare/baseline.ts"
import * as compare from "../compare/compare.ts"
import { CompareHealthResponse } from "../compare/health.ts"
import { endpoint } from "../endpoint.ts"
import { inData } from "../environments.ts"

const bySlug = z.object({ owner: z.string(), name: z.string() })

/** Runs side by side. Their addresses must be registered before those of one run, whose id could be anything. */
export const compareEndpoints = {
  compareEvaluations: endpoint({
    method: "get",
    path: "/evaluations/compare",
    group: "evaluations",
    summary:
      "Two to ten evaluations beside each other: paired differences from the first with intervals and verdicts, and what is not the same",
    access: "required",
    query: compare.CompareQuery,
    status: 200,
    answer: "json",
    response: compare.CompareResponse,
    extension: true,
  }),
  listComparedExamples: endpoint({
    method: "get",
    path: "/evaluations/compare/examples",
    group: "evaluations",
    summary: "The examples of compared evaluations with the rewards of all their rollouts, the largest difference first",
    access: "required",
    query: compare.CompareExamplesQuery,
    status: 200,
    answer: "json",
    response: compare.CompareExamplesResponse,
    extension: true,
  }),
  compareHealth: endpoint({
    method: "get",
    path: "/evaluations/compare/health",
    group: "evaluations",
    summary: "Which examples tell compared evaluations apart: all of them by run, those alike for all, and those against the others",
    access: "required",
    query: compare.CompareQuery,
    status: 200,
    answer: "json",
    response: CompareHealthResponse,
    extension: true,
  }),
  exportComparison: endpoint({
    method: "get",
    path: "/evaluations/compare/table",
    group: "evaluations",
    summary: "Compared evaluations as a table for a model card or a paper: size, mean with its 95 % interval, pass@k, errors and cost",
    access: "required",
    query: compare.CompareTableQuery,
    status: 200,
    answer: "stream",
    contentType: Object.values(compare.comparisonTables).map(({ contentType }) => contentType),
    response: z.string(),
    extension: true,
  }),
  gateEvaluation: endpoint({
    method: "get",
    path: "/evaluations/compare/verdict",
    group: "evaluations",
    summary: "Whether an evaluation holds up against a baseline, for CI: 200, or 412 when the verdict is one to fail on",
    access: "required",
    query: compare.GateQuery,
    status: 200,
    answer: "stream",
    contentType: ["text/plain", "application/json"],
    response: compare.GateResponse,
    refusal: [412, "The verdict is one of fail_on; the body is the same as with 200"],
    extension: true,
  }),
  pinBaseline: endpoint({
    method: "put",
    path: "/environmentshub/{owner}/{name}/baseline",
    group: "environments",
    summary: "Pin the evaluation that others of an environment are compared with, in the place of the one before",
    access: "required",
    params: bySlug,
    body: baseline.PinBaselineRequest,
    status: 200,
    answer: "json",
    response: inData(baseline.Baseline),
    extension: true,
  }),
  unpinBaseline: endpoint({
    method: "delete",
    path: "/environmentshub/{owner}/{name}/baseline",
    group: "environments",
    summary: "Compare evaluations of an environment with none",
    access: "required",
    params: bySlug,
    status: 204,
    answer: "empty",
    response: z.null(),
    extension: true,
  }),
}
