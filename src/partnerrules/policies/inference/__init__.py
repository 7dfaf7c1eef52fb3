"""Inference: facts that follow from others, which the other policies see like those that are given."""
