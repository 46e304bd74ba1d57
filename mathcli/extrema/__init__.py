"""Extrema: critical points in one or several variables and under constraints, nearest points, global extremes."""
