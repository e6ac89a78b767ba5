import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import * as environments from "../environments.ts"

const inData = environments.inData

/** How a version is published: its wheel first, then its source, each announced, uploaded and finalized. */
export const publishingEndpoints = {
  fetchGitFiles: endpoint({
    method: "post",
    path: "/git-files",
    group: "environments",
    summary: "The files of a Git repository as a zip archive, to be published; x-git-commit names the commit",
    access: "required",
    body: environments.FetchGitRequest,
    isUpload: true,
    status: 200,
    answer: "stream",
    contentType: "application/zip",
    response: z.string(),
    extension: true,
  }),
  createWheel: endpoint({
    method: "post",
    path: "/environmentshub/{environment_id}/wheels",
    group: "environments",
    summary: "Announce the wheel of a new version; answers with the address to upload it to",
    access: "required",
    params: z.object({ environment_id: Id }),
    body: environments.CreateArtifactRequest,
    status: 200,
    answer: "json",
    response: inData(z.object({ wheel_id: Id, upload_url: z.string().nullable() })),
  }),
  finalizeWheel: endpoint({
    method: "post",
    path: "/environmentshub/{environment_id}/wheels/{wheel_id}/finalize",
    group: "environments",
    summary: "The wheel is uploaded: check it",
    access: "required",
    params: z.object({ environment_id: Id, wheel_id: Id }),
    status: 200,
    answer: "json",
    response: inData(z.object({ success: z.boolean(), message: z.string().nullable() })),
  }),
  createVersion: endpoint({
    method: "post",
    path: "/environmentshub/{environment_id}/versions",
    group: "environments",
    summary: "Announce the source archive of a new version",
    access: "required",
    params: z.object({ environment_id: Id }),
    body: environments.CreateArtifactRequest,
    status: 200,
    answer: "json",
    response: inData(z.object({ version_id: Id, upload_url: z.string() })),
  }),
  finalizeVersion: endpoint({
    method: "post",
    path: "/environmentshub/{environment_id}/versions/{version_id}/finalize",
    group: "environments",
    summary: "The source is uploaded: check it and publish the version",
    access: "required",
    params: z.object({ environment_id: Id, version_id: Id }),
    status: 200,
    answer: "json",
    response: inData(z.object({ success: z.boolean(), message: z.string().nullable(), version_id: Id })),
  }),
  uploadArtifact: endpoint({
    method: "put",
    path: "/uploads/{token}",
    group: "environments",
    summary: "Bytes of a wheel or a source archive; the token in the address is the permission",
    access: "public",
    params: z.object({ token: z.string() }),
    rawBody: true,
    isUpload: true,
    status: 200,
    answer: "json",
    response: z.object({ size: z.int() }),
    extension: true,
  }),
}
