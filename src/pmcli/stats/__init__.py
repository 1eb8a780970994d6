"""Statistical methods, each with its source: numbers in, numbers out, and no word of policing."""
