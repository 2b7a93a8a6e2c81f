"""What tests and demonstrations are made of: a pytest plugin, the story of a job, and a ledger that must balance."""
