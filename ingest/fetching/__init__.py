"""Fetching what sources publish: which requests an address stands for, and one transport that makes them."""
