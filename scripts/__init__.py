"""What the Makefile and CI call: they are no part of the product."""
