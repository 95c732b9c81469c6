"""A rehearsal: a copy of a study on a site of its own, taken by programs that go the way people go."""
