"""Plain HTTP with services off the chain, in bounds and without showing secrets; and the APIs that need no more."""
