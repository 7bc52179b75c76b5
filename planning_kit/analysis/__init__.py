"""Calculations: frames and scalars in, frames and scalars out; no plan, no clock, no file, no screen."""
