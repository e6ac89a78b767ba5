"""Outside the sandbox: see main."""
