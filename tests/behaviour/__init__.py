"""One call of a program, and what it did: recorded, on LiteSVM, and in the model."""
