// Stands in for packages that only mark where a module may be imported.
export {}
