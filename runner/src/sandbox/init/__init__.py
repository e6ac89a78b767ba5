"""Inside the sandbox: see main."""
