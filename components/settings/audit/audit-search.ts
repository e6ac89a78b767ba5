import { parseAsInteger, parseAsStringLiteral } from "nuqs/server"
import { auditActionNames, auditActions } from "@/contract/audit/actions.ts"
import { exactText, given, listSearch, type StateOf } from "@/lib/list-search.ts"

export const auditSearch = listSearch({
  parsers: {
    person: exactText(),
    action: parseAsStringLiteral(auditActionNames),
    before: parseAsInteger,
  },
  filters: {
    person: { kind: "one", label: "Person", any: "Anybody", className: "w-44" },
    action: { kind: "one", label: "Action", any: "Any action", options: auditActions, className: "w-64" },
  },
  dropped: ["before"],
})

export type AuditSearch = StateOf<typeof auditSearch>

/** The state of the page as a query of `listAudit`. */
export const toAuditQuery = ({ person, action, before }: AuditSearch) =>
  given({ actor: person, action, before: before !== null && before > 0 ? before : null })
