import { expect, test } from "vitest"
import { pinBaseline } from "../services/environments/baseline.ts"
import { getEnvironment } from "../services/environments/get-environment.ts"
import { newEnvironment, newUser } from "../testing/service-context.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()

async function uploaded(model: string, rewards: number[], { isEnded = true, environmentId = null as string | null } = {}): Promise<string> {
  const { call } = platform()
  const { body } = await call("POST", "/evaluations/", {
    name: model,
    model_name: model,
    ...(environmentId ? { environments: [{ id: environmentId }] } : { run_id: model }),
  })
  const id = body.evaluation_id
  await call("POST", `/evaluations/${id}/samples`, { samples: rewards.map((reward, i) => ({ example_id: i, reward })) })
  if (isEnded) await call("POST", `/evaluations/${id}/finalize`, {})
  return id
}

const solving = (passed: number) => Array.from({ length: 60 }, (_, i) => Number(i < passed))
const gate = (runs: string[], query = "", headers = {}) =>
  platform().call("GET", `/evaluations/compare/verdict?runs=${runs.join(",")}${query}`, undefined, headers)

test("the gate answers 200 for a run that holds up, 412 for one that is worse, and says why", async () => {
  const [base, worse, near] = [
    await uploaded("base", solving(50)),
    await uploaded("worse", solving(20)),
    await uploaded("near", solving(49)),
  ]
  const failed = await gate([base, worse])
  expect(failed.status).toBe(412)
  const lines = failed.body.split("\n")
  expect(lines[0]).toMatch(/^worse is worse than base by 0\.5, more than chance explains\.$/)
  expect(lines[1]).toMatch(/^Paired over the same 60 examples: difference −0\.5, 95 % interval −0\.\d+ to −0\.\d+, p < 0\.001\.$/)
  expect(failed.body).toContain("0 improved, 30 regressed, 30 the same, 0 cannot be compared")
  expect(failed.body).toContain(`/dashboard/evaluations/compare?runs=${base},${worse}`)

  expect((await gate([worse, base])).status).toBe(200)
  expect((await gate([base, near])).status).toBe(200)
  const unsure = await gate([base, near], "&fail_on=worse,cannot_tell", { accept: "application/json" })
  expect(unsure.status).toBe(412)
  expect(unsure.body).toMatchObject({
    passed: false,
    verdict: "cannot_tell",
    fail_on: ["worse", "cannot_tell"],
    run: { evaluation_id: near },
  })
  expect(unsure.body.sentence).toMatch(/^Too close to call: near may be better or worse than base/)
})

test("what the gate cannot answer is an error, not a verdict", async () => {
  const [base, active] = [await uploaded("done", solving(50)), await uploaded("active", solving(20), { isEnded: false })]
  const notEnded = await gate([base, active])
  expect([notEnded.status, JSON.stringify(notEnded.body)]).toEqual([409, expect.stringContaining(active)])
  const wrong = await gate([base, active], "&fail_on=sad")
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ param: "fail_on" }] } })
  expect(await gate([base, "nowhere"])).toMatchObject({ status: 404 })
  expect(await gate([base, active], "&margin=-1")).toMatchObject({ status: 422, body: { errors: [{ param: "margin" }] } })
})

test("a run of no id is not taken for a comparison, nor a comparison for a run", async () => {
  const { call } = platform()
  expect(await call("GET", "/evaluations/compare")).toMatchObject({ status: 422, body: { errors: [{ param: "runs" }] } })
  const { extensions } = (await call("GET", "/capabilities")).body
  expect(extensions).toEqual(expect.arrayContaining(["compareEvaluations", "listComparedExamples", "gateEvaluation"]))
})

test("a baseline is pinned by those who may change the environment, stands on runs and environment, and can be named at the gate", async () => {
  const { call } = platform()
  const ada = await newUser(platform(), "ada")
  const owner = await platform().ownerId()
  const { id: environmentId } = await newEnvironment(platform(), { userId: owner }, { name: "pinned" })
  const [base, worse] = [await uploaded("base", solving(50), { environmentId }), await uploaded("worse", solving(20), { environmentId })]
  const address = "/environmentshub/local/pinned"
  const pin = (evaluation_id: string) => call("PUT", `${address}/baseline`, { evaluation_id })
  expect((await gate(["baseline", worse])).status).toBe(422)
  const elsewhere = await uploaded("elsewhere", solving(50))
  expect(await pin(elsewhere)).toMatchObject({ status: 422, body: { errors: [{ param: "evaluation_id" }] } })
  expect(await pin("nowhere")).toMatchObject({ status: 404 })
  expect(await pin(base)).toMatchObject({ status: 200, body: { data: { evaluation_id: base, mean: 50 / 60 } } })
  await expect(pinBaseline(ada, "local", "pinned", base)).rejects.toMatchObject({ code: "forbidden" })

  const baseline = { evaluation_id: base, mean: 50 / 60 }
  expect((await call("GET", `${address}/@latest`)).body.data.baseline).toEqual(baseline)
  const { evaluations } = (await call("GET", `/evaluations?environment_id=${environmentId}`)).body
  expect(evaluations.map((run: { baseline: unknown }) => run.baseline)).toEqual([baseline, baseline])
  expect((await getEnvironment(ada, "local", "pinned", "latest")).baseline).toBeNull()

  expect((await gate(["baseline", worse])).status).toBe(412)
  expect((await call("GET", `/evaluations/compare?runs=${base},${worse}`)).body.pinned).toBe(base)
  expect((await call("DELETE", `${address}/baseline`)).status).toBe(204)
  expect((await call("GET", `/evaluations/${worse}`)).body.baseline).toBeNull()

  await pin(base)
  await call("DELETE", `/evaluations/${base}`)
  expect((await call("GET", `${address}/@latest`)).body.data.baseline).toBeNull()
})

test("a comparison comes as a table in Markdown or LaTeX, with a row for each run and what the means are of", async () => {
  const { call, fetch, ownerId } = platform()
  const [base, other] = [await uploaded("a|b_c", solving(50)), await uploaded("second", solving(20))]
  await call("POST", `/evaluations/${other}/samples`, { samples: [{ example_id: 0, reward: 1, error: "broke" }] })
  const table = async (query = "") => {
    const address = `http://platform.test/api/v1/evaluations/compare/table?runs=${base},${other}${query}`
    const response = await fetch(new Request(address), { userId: await ownerId() })
    return {
      type: response.headers.get("content-type"),
      disposition: response.headers.get("content-disposition"),
      text: await response.text(),
    }
  }
  const markdown = await table()
  expect(markdown.type).toBe("text/markdown; charset=utf-8")
  expect(markdown.disposition).toBe('attachment; filename="comparison.md"')
  const rows = markdown.text.split("\n").filter((line) => line.startsWith("|"))
  expect(rows).toHaveLength(4)
  expect(rows[2]).toMatch(/^\| a\\\|b\\_c \| – \| 60 × 1 \| 0\.8333 \\\[0\.\d+, 0\.\d+\\\] \|/)
  expect(rows[3]).toContain("| 1.6% |")
  expect(markdown.text).toContain("those with an error as 0.")
  expect(markdown.text).toContain(`/dashboard/evaluations/${other}>`)

  const latex = await table("&format=latex&errors=excluded")
  expect(latex.type).toBe("text/x-tex; charset=utf-8")
  expect(latex.text).toContain("\\texttt{a\\textbar{}b\\_c} & \\texttt{--}")
  expect(latex.text).toContain("rollouts without an error.")
  expect(await call("GET", `/evaluations/compare/table?runs=${base},${other}&format=word`)).toMatchObject({
    status: 422,
    body: { errors: [{ param: "format" }] },
  })
})
