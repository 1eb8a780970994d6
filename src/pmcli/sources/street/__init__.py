"""data.police.uk street-level crime."""
