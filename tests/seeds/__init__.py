"""The two texts that tapwise grew from, checked number by number.

Seed 000 is the question "Do CNNs perform convolution or cross-correlation?" with its answers on Artificial Intelligence
Stack Exchange; seed 001 is Rachel Draelos, "Convolution vs. Cross-Correlation" (Glass Box, 2019).
"""
