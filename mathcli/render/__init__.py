"""A solution -> text, in every format."""
