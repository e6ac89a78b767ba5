import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { ActionStatus, EnvironmentArgument } from "@/contract/index.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { isUnderWay } from "./check-badge.tsx"

/** The keyword arguments of load_environment. */
export function ArgumentsCard({ args, check }: { args: readonly EnvironmentArgument[] | null; check: ActionStatus | null }) {
  return (
    <Card aria-labelledby="arguments">
      <CardHeader id="arguments" title="Environment arguments" />
      {args === null ? (
        <CardBody className="text-muted-foreground text-sm">
          {isUnderWay(check) ? (
            <p className="flex items-center gap-2">
              <Spinner /> Known as soon as the check has loaded this version.
            </p>
          ) : check === "FAILED" ? (
            <p>Not known: the check of this version failed before it could read them.</p>
          ) : (
            <p>Not known: this version has not been checked.</p>
          )}
        </CardBody>
      ) : args.length === 0 ? (
        <CardBody className="text-muted-foreground text-sm">load_environment() takes no arguments.</CardBody>
      ) : (
        <TableScroller label="Table of environment arguments">
          <Table className="min-w-[36rem]">
            <Thead>
              <tr>
                <Th>Name</Th>
                <Th>Type</Th>
                <Th>Default</Th>
                <Th>Description</Th>
              </tr>
            </Thead>
            <Tbody>
              {args.map((argument) => (
                <Tr key={argument.name}>
                  <Td className="align-top">
                    <code className="block max-w-64 truncate font-mono text-xs leading-5" title={argument.name}>
                      {argument.name}
                    </code>
                  </Td>
                  <Td className="align-top">
                    <code className="block max-w-48 break-words font-mono text-muted-foreground text-xs leading-5">
                      {argument.choices?.length ? argument.type : (argument.annotation ?? argument.type)}
                    </code>
                  </Td>
                  <Td className="max-w-64 align-top">
                    {argument.required ? (
                      <span className="text-warning">Required</span>
                    ) : (
                      <code className="line-clamp-3 break-words font-mono text-xs leading-5">
                        {stringifyExact(argument.default ?? null)}
                      </code>
                    )}
                  </Td>
                  <Td className="min-w-56 align-top">
                    {argument.description && <span className="block">{argument.description}</span>}
                    {argument.choices && argument.choices.length > 0 && (
                      <span className="block text-muted-foreground text-xs">
                        One of{" "}
                        <code className="break-anywhere font-mono">
                          {argument.choices.map((choice) => stringifyExact(choice)).join(", ")}
                        </code>
                      </span>
                    )}
                    {!argument.description && !argument.choices?.length && <span className="text-muted-foreground">–</span>}
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </TableScroller>
      )}
    </Card>
  )
}
