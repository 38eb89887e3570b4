"""What Dagster sees: assets, checks, schedules and sensors; wiring only."""
