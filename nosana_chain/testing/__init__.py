"""What tests and demonstrations are made of: the story of a job, and a ledger that must balance."""
