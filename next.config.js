import { securityHeaders } from "./lib/serving/security-headers.mjs"

const isBuild = process.env.NODE_ENV === "production"

/** @type {import("next").NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  reactCompiler: true,
  // `npm test` checks the types. The build would check them once more, which is a third of it, before anybody sees a page.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    turbopackRustReactCompiler: true,
    // Nothing reads the maps of a build, a first start has no use of a cache, and what runs on the server need not be small: without them a
    // build takes a third of the time.
    turbopackSourceMaps: !isBuild,
    turbopackInputSourceMaps: !isBuild,
    turbopackMinify: { server: false, client: true },
    turbopackFileSystemCacheForBuild: false,
  },
  // The API's addresses are exact: /evaluations/ has its slash, /evaluations/{id} has none.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: [
    ...["pg", "pino", "@aws-sdk/client-s3", "@aws-sdk/lib-storage", "web-push"],
    ...["@opentelemetry/exporter-trace-otlp-http", "@opentelemetry/resources", "@opentelemetry/sdk-trace-base"],
  ],
  async redirects() {
    const environment = "/dashboard/environments/:owner/:name"
    return [{ source: `${environment}/actions/:path*`, destination: `${environment}/checks/:path*`, permanent: true }]
  },
  async headers() {
    return [
      {
        source: "/:path*",
        headers: Object.entries(securityHeaders).map(([key, value]) => ({ key, value })),
      },
    ]
  },
}
