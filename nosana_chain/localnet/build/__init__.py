"""Builds the local programs: C headers from idl/, objects by clang, shared objects by our own linker."""
