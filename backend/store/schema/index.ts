export * from "./environments.ts"
export * from "./evaluations.ts"
export * from "./identity.ts"
export * from "./secrets.ts"
