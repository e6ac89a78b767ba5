import type { ReactNode } from "react"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Link } from "@/components/ui/link.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { EnvironmentDetail, EnvironmentVersion } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { CheckBadge } from "./check-badge.tsx"

const versionsShown = 8

/** What is known about the version: numbers, rewards, dependencies, and the versions before it. */
export function EnvironmentFacts({ environment, versions }: { environment: EnvironmentDetail; versions: readonly EnvironmentVersion[] }) {
  const { rewards, dependencies, library, eval_defaults: defaults } = environment
  const origin = originOf(environment.metadata)
  const current = versions.find((version) => version.id === environment.version_id)
  return (
    <>
      <Card aria-labelledby="about">
        <CardHeader id="about" title="About this version" />
        <CardBody>
          <dl className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-sm">
            <Fact name="Version">
              <span className="font-mono text-xs">{environment.semantic_version ?? environment.version_id}</span>
            </Fact>
            <Fact name="Published">
              <TimeAgo at={environment.created_at} />
            </Fact>
            {origin && (
              <Fact name="Forked from">
                <Link href={paths.environment(origin.owner, origin.name)} className="link">
                  <bdi>
                    {origin.owner}/{origin.name}
                  </bdi>
                </Link>
                {origin.version && <span className="text-muted-foreground">, version {origin.version}</span>}
              </Fact>
            )}
            <Fact name="Python">{environment.python_version ?? <None />}</Fact>
            {library && (
              <Fact name="Runs on">
                verifiers {library.verifiers}, Python {library.python}
                <span className="block text-muted-foreground text-xs">{library.why}</span>
              </Fact>
            )}
            <Fact name="Dataset size">
              {environment.dataset_size === null || environment.dataset_size === undefined ? (
                <span className="text-muted-foreground">Not known</span>
              ) : (
                `${formatCount(environment.dataset_size)} example${environment.dataset_size === 1 ? "" : "s"}`
              )}
            </Fact>
            {defaults && (defaults.num_examples !== null || defaults.rollouts_per_example !== null) && (
              <Fact name="Default run">
                {[
                  defaults.num_examples === null
                    ? null
                    : defaults.num_examples < 0
                      ? "all examples"
                      : `${formatCount(defaults.num_examples)} examples`,
                  defaults.rollouts_per_example === null ? null : `${defaults.rollouts_per_example} rollouts each`,
                ]
                  .filter(Boolean)
                  .join(" × ")}
              </Fact>
            )}
            {defaults?.reward_range && <Fact name="Reward">{`${defaults.reward_range.join(" to ")}, as declared`}</Fact>}
            {defaults?.cluster_by && <Fact name="Examples">{`belong together by ${defaults.cluster_by}`}</Fact>}
            {current && (
              <Fact name="Content hash">
                <span className="block truncate font-mono text-xs" title={current.content_hash}>
                  {current.content_hash.slice(0, 16)}
                </span>
              </Fact>
            )}
          </dl>
        </CardBody>
      </Card>
      <Card aria-labelledby="rewards">
        <CardHeader id="rewards" title="Rewards" />
        {rewards && rewards.length > 0 ? (
          <table className="w-full text-sm">
            <thead className="text-left text-muted-foreground text-xs">
              <tr className="border-b">
                <th scope="col" className="py-1.5 font-medium">
                  Function
                </th>
                <th scope="col" className="py-1.5 text-right font-medium">
                  Weight
                </th>
              </tr>
            </thead>
            <tbody>
              {rewards.map(({ name, weight }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two functions may have one name
                <tr key={`${i} ${name}`} className="border-b last:border-b-0">
                  <td className="break-anywhere py-1.5 font-mono text-xs">{name}</td>
                  <td className="tabular py-1.5 text-right">
                    {weight}
                    {weight === 0 && <span className="ml-1 text-muted-foreground text-xs">(metric)</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <CardBody className="text-muted-foreground text-sm">
            {rewards ? "It declares no reward function." : "Known after the version's check has loaded it."}
          </CardBody>
        )}
      </Card>
      <Card aria-labelledby="dependencies">
        <CardHeader id="dependencies" title="Dependencies" />
        <CardBody>
          {dependencies.length > 0 ? (
            <ul className="flex flex-col gap-1">
              {dependencies.map((dependency) => (
                <li key={dependency} className="break-anywhere font-mono text-xs">
                  {dependency}
                </li>
              ))}
            </ul>
          ) : (
            <p className="text-muted-foreground text-sm">None declared.</p>
          )}
        </CardBody>
      </Card>
      {versions.length > 0 && (
        <Card aria-labelledby="versions">
          <CardHeader id="versions" title="Versions" />
          <ul>
            {versions.slice(0, versionsShown).map((version) => (
              <li key={version.id} className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b py-1.5 text-sm last:border-b-0">
                <span className="min-w-0 flex-1 truncate font-mono text-xs" title={version.content_hash}>
                  {version.version}
                </span>
                {version.action_status && <CheckBadge status={version.action_status} />}
                <TimeAgo at={version.created_at} className="text-muted-foreground text-xs" />
              </li>
            ))}
            {versions.length > versionsShown && (
              <li className="py-1.5 text-muted-foreground text-xs">and {versions.length - versionsShown} older</li>
            )}
          </ul>
        </Card>
      )}
    </>
  )
}

/** What an environment was forked from, where it was. */
function originOf({ origin }: EnvironmentDetail["metadata"]): { owner: string; name: string; version: string | null } | null {
  if (!isPlainObject(origin)) return null
  const { owner, name, version } = origin
  if (typeof owner !== "string" || typeof name !== "string") return null
  return { owner, name, version: typeof version === "string" ? version : null }
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="break-anywhere tabular">{children}</dd>
    </>
  )
}

const None = () => <span className="text-muted-foreground">Any</span>
