/** How the contract client reaches a platform. The only thing that changes between in-process, HTTP and tests. */
export type Send = (request: Request) => Promise<Response>
