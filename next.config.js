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
  // What the server has in node_modules anyway need not be compiled once more: a tenth of the build.
  serverExternalPackages: [
    ...["pg", "pg-copy-streams", "pino", "drizzle-orm", "hono", "zod", "zod-openapi", "undici", "prom-client", "sirv"],
    ...["@aws-sdk/client-s3", "@aws-sdk/lib-storage", "@fastify/busboy", "tar-stream", "yauzl", "fzstd", "csv-stringify"],
    ...["@node-rs/argon2", "@simplewebauthn/server", "scimmy", "nodemailer", "standardwebhooks", "web-push", "ssh2"],
    ...["dockerode", "gpt-tokenizer", "hyparquet-writer", "jsonc-parser", "smol-toml"],
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
