"""The lock of development's dependencies, and the page of their licences."""
