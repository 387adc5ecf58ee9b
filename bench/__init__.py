"""What the house costs, as ratios in one run: its papers against the bare engine, its nightly round against a
hand-written script, its pages against hand-written views. Measures, asserts nothing; `docs/performance.md` keeps
the figures."""
