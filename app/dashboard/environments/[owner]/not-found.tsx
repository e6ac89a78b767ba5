import { NothingHere } from "@/components/shell/nothing-here.tsx"

export default function EnvironmentNotFound() {
  return (
    <>
      <title>No such environment · Hosted Evals</title>
      <NothingHere heading="No such environment" title="There is no such environment">
        It does not exist, has no published version yet, or you may not see it.
      </NothingHere>
    </>
  )
}
