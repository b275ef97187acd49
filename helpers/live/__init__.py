"""Interactive figures: small ES modules, one file a figure, and the Python that inlines them."""
