"""The `dxkpi` command: what a person types and reads."""
