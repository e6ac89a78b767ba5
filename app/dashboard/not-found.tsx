import { NothingHere } from "@/components/shell/nothing-here.tsx"

export default function DashboardNotFound() {
  return (
    <>
      <title>Not found · Hosted Evals</title>
      <NothingHere title="There is nothing at this address">It may have been deleted, or you may not be allowed to see it.</NothingHere>
    </>
  )
}
