"""Which verifiers and which Python a package runs on: see choose."""
