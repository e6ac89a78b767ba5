import { expect, test } from "vitest"
import { databaseWithRows } from "../../testing/database-with-rows.ts"
import { planFaults } from "../../testing/plan-faults.ts"
import { listGroupMembers, listGroups } from "./groups.ts"
import { findDeletedPerson, listDirectoryPeople, wasProvisionedAs } from "./people.ts"
import { findToken, listTokens } from "./tokens.ts"

const people = 100_000
const bigTables = new Set(["users", "directory_people", "directory_groups", "directory_group_members", "directory_tokens"])
const page = { offset: 0, limit: 100 }
const filled = databaseWithRows(
  [
    `
      insert into users (id, name, email, slug, role, created_at)
        select 'user_' || i, 'u', 'u' || i || '@lab.example', 'slug' || i, 'USER', now() - make_interval(secs => i) from generate_series(1, ${people}) i;
      insert into directory_people (user_id, user_name, user_name_key, external_id, email, made_here, deleted_at)
        select 'user_' || i, 'U' || i, 'u' || i, 'x' || i, 'u' || i || '@lab.example', true, case when i % 10 = 0 then now() end from generate_series(1, ${people}, 2) i;
      insert into directory_groups (id, name, name_key, external_id) select 'group_' || i, 'G' || i, 'g' || i, 'x' || i from generate_series(1, ${people}) i;
      insert into directory_group_members (group_id, user_id) select 'group_' || i, 'user_' || (i + j) from generate_series(1, ${people - 10}, 10) i, generate_series(0, 9) j;
      insert into directory_tokens (id, name, hash, prefix, made_by, revoked_at)
        select 'token_' || i, 't', 'hash' || i, 'hed_', 'user_1', case when i > 5 then now() end from generate_series(1, ${people}) i;`,
    "vacuum analyze",
  ],
  180_000,
)

const faultsOf = (work: () => Promise<unknown>) => planFaults(filled().database, filled().url, bigTables, work)

test.each([
  { id: "user_77" },
  { userName: "U77" },
  { userName: "u78@lab.example" },
  { externalId: "x77" },
  { email: "u78@lab.example" },
  { userName: "U77", isActive: true },
])("a directory finds a person by %o without reading everybody", async (filter) => {
  expect((await listDirectoryPeople(filled().database.db, filter, page)).total).toBe(1)
  expect(await faultsOf(() => listDirectoryPeople(filled().database.db, filter, page))).toEqual([])
})

test.each([{ id: "group_77" }, { name: "g77" }, { externalId: "x77" }, { id: "group_71", memberId: "user_73" }, { memberId: "user_73" }])(
  "a directory finds a group by %o without reading all",
  async (filter) => {
    expect((await listGroups(filled().database.db, filter, page)).total).toBe(1)
    expect(await faultsOf(() => listGroups(filled().database.db, filter, page))).toEqual([])
  },
)

test("members of groups, tokens and what a sign-in asks", async () => {
  const { db } = filled().database
  for (const work of [
    () => listGroupMembers(db, ["group_1", "group_11"]),
    () => findDeletedPerson(db, "u10@lab.example"),
    () => wasProvisionedAs(db, "user_1", "u1@lab.example"),
    () => findToken(db, "hash3"),
  ])
    expect(await faultsOf(work)).toEqual([])
  expect((await listTokens(db, page)).total).toBe(5)
})
