"""How a run of the suite treats its tests."""
