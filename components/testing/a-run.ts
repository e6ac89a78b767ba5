import type { Evaluation } from "@/contract/index.ts"

/** A completed run of ten rollouts, changed by `values`. */
export const aRun = (values: object = {}): Evaluation =>
  ({
    evaluation_id: "e1",
    name: "maze run",
    status: "COMPLETED",
    is_hosted: true,
    attempt: 1,
    total_samples: 10,
    progress: { total: 10, started: 10, done: 10, errored: 0 },
    inference_model: "demo/novice",
    model_name: null,
    tags: [],
    environment: { id: "env", owner: "ann", name: "maze", version: "0.1.0", content_hash: null },
    environment_ids: ["env"],
    eval_config: { num_examples: 5, rollouts_per_example: 2 },
    metadata: {},
    created_at: "2025-03-12T14:00:00Z",
    started_at: "2025-03-12T14:05:00Z",
    completed_at: "2025-03-12T14:08:05Z",
    updated_at: "2025-03-12T14:08:05Z",
    ...values,
  }) as unknown as Evaluation
