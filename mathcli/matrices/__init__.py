"""Vectors and matrices as symbols: shapes, differentials by rules, gradients read off from them, and their judge.

Products keep their order here, so nothing in this room goes through the rational normal form but what is a number.
Gradients are in denominator layout: the gradient of F by X has the shape of X.
"""
