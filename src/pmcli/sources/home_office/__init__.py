"""Police recorded crime as the Home Office publishes it: by financial quarter, and as 12-month totals."""
