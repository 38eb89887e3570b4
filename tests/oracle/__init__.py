"""What the right answer is, worked out apart from the product: a calculator, its worlds, the demo's truth."""
