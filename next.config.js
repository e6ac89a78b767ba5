/** @type {import("next").NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  reactCompiler: true,
  experimental: { turbopackRustReactCompiler: true },
  // The API's addresses are exact: /evaluations/ has its slash, /evaluations/{id} has none.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: ["pg", "pino", "@aws-sdk/client-s3", "@aws-sdk/lib-storage"],
  async redirects() {
    const environment = "/dashboard/environments/:owner/:name"
    return [{ source: `${environment}/actions/:path*`, destination: `${environment}/checks/:path*`, permanent: true }]
  },
  async headers() {
    const policy = [
      "default-src 'self'",
      `script-src 'self' 'unsafe-inline'${process.env.NODE_ENV === "production" ? "" : " 'unsafe-eval'"}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "media-src 'self' data:",
      `connect-src 'self'${process.env.NODE_ENV === "production" ? "" : " ws:"}`,
      "frame-ancestors 'none'",
      "base-uri 'self'",
      "form-action 'self'",
    ].join("; ")
    return [
      {
        source: "/:path*",
        headers: [
          { key: "Content-Security-Policy", value: policy },
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "Referrer-Policy", value: "same-origin" },
        ],
      },
    ]
  },
}
