import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"

const bySlug = z.object({ owner: z.string(), name: z.string() })
const bySlugAndVersion = bySlug.extend({ version: z.string() })

/** Files of versions, for installers and for the CLI. */
export const packagesEndpoints = {
  downloadPackage: endpoint({
    method: "get",
    path: "/environmentshub/{owner}/{name}/@{version}/package",
    group: "environments",
    summary: "The source archive of a version, as a gzipped tar file",
    access: "optional",
    params: bySlugAndVersion,
    status: 200,
    answer: "stream",
    contentType: "application/gzip",
    response: z.string(),
    extension: true,
  }),
  listPackages: endpoint({
    method: "get",
    path: "/simple/{owner}/",
    group: "environments",
    summary: "Package index (PEP 503) of an owner's public environments, for uv and pip",
    access: "public",
    params: z.object({ owner: z.string() }),
    status: 200,
    answer: "stream",
    contentType: "text/html",
    response: z.string(),
    extension: true,
  }),
  listPackageFiles: endpoint({
    method: "get",
    path: "/simple/{owner}/{project}/",
    group: "environments",
    summary: "Wheels of one project in the package index",
    access: "public",
    params: z.object({ owner: z.string(), project: z.string() }),
    status: 200,
    answer: "stream",
    contentType: "text/html",
    response: z.string(),
    extension: true,
  }),
  downloadWheel: endpoint({
    method: "get",
    path: "/wheels/{version_id}/{filename}",
    group: "environments",
    summary: "The wheel of a version",
    access: "optional",
    params: z.object({ version_id: Id, filename: z.string() }),
    status: 200,
    answer: "stream",
    contentType: "application/octet-stream",
    response: z.string(),
    extension: true,
  }),
}
