"""The rewards program: fees shared among stakers by their xNOS."""
