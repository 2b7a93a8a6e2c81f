"""A question to a cluster and its answer, or an error: transport, envelope, retries, typed reads."""
