"""Plans of the jobs program's actions, by who acts: builders, hosts, operators. Pure."""
