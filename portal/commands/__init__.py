"""The commands of `portal`: shallow, one module a noun."""
