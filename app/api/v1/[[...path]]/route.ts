import { handleApi } from "@/lib/api/handle.ts"

// In production the server answers these addresses before they come here: see lib/api/serve.ts.
export const dynamic = "force-dynamic"

export {
  handleApi as DELETE,
  handleApi as GET,
  handleApi as HEAD,
  handleApi as OPTIONS,
  handleApi as PATCH,
  handleApi as POST,
  handleApi as PUT,
}
