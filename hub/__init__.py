"""Hub: shared records for a multi-agency Gang Intervention Team working from a Youth Hub."""
