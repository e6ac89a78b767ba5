"""Runs one evaluation of a verifiers environment and reports it as a file of events."""
