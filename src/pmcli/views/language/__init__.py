"""The words that all views share: figures and months, what a test found, what to be careful about."""
