import { expect, test } from "vitest"
import { readReference } from "./reference.ts"

const document = {
  paths: {
    "/api/v1/things/{id}": {
      get: {
        operationId: "getThing",
        tags: ["things"],
        summary: "One thing",
        security: [],
        "x-extension": true,
        parameters: [
          { in: "path", name: "id", required: true, schema: { type: "string" } },
          { in: "query", name: "deep", schema: { type: "boolean", description: "All of it" } },
        ],
        responses: {
          200: {
            content: {
              "application/json": {
                schema: { type: "object", required: ["data"], properties: { data: { $ref: "#/components/schemas/Thing" } } },
              },
            },
          },
        },
      },
      post: {
        operationId: "changeThing",
        tags: ["things"],
        requestBody: {
          content: { "application/json": { schema: { anyOf: [{ $ref: "#/components/schemas/Change" }, { type: "null" }] } } },
        },
        responses: { 204: {} },
      },
    },
    "/api/v1/file": { get: { operationId: "file", responses: { 200: { content: { "application/gzip": { schema: {} } } } } } },
  },
  components: {
    schemas: {
      Thing: { type: "object", required: ["id"], properties: { id: { type: "string" }, at: { type: "string", format: "date-time" } } },
      Change: {
        type: "object",
        properties: {
          kind: { enum: ["a", "b"] },
          list: { type: "array", items: { $ref: "#/components/schemas/Thing" } },
          note: { anyOf: [{ type: "string" }, { type: "null" }] },
        },
      },
    },
  },
}

test("operations are listed in their groups with parameters, body and answer", () => {
  const groups = readReference(document)
  expect(groups.map(({ name, operations }) => [name, operations.map(({ id }) => id)])).toEqual([
    ["things", ["getThing", "changeThing"]],
    ["other", ["file"]],
  ])
  const [get, post] = groups[0]?.operations ?? []
  expect(get).toMatchObject({ method: "GET", access: "public", isExtension: true, body: null })
  expect(get?.query).toEqual([{ name: "deep", type: "boolean", required: false, description: "All of it" }])
  expect(get?.answer?.fields.map(({ name, type, required }) => [name, type, required])).toEqual([
    ["data", "Thing", true],
    ["data.id", "string", true],
    ["data.at", "time", false],
  ])
  expect(post).toMatchObject({ access: "required", isExtension: false, answer: { status: "204", type: "nothing" } })
  expect(post?.body?.fields.map(({ name, type }) => [name, type])).toEqual([
    ["kind", '"a" | "b"'],
    ["list", "list of Thing"],
    ["note", "string or null"],
  ])
  expect(groups[1]?.operations[0]?.answer?.type).toBe("application/gzip")
})

test("what is no document has no groups", () => {
  for (const value of [null, "x", {}, { paths: [] }]) expect(readReference(value)).toEqual([])
})
