"""Where participants come from: one folder per panel, each an implementation of `base.Panel`; plain data in and out."""
