"""The big part of the training on Spark: pairs of products from the whole history (docs/training.md)."""
