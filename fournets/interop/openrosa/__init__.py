"""The OpenRosa server: what ODK Collect and its like ask for and send (docs.getodk.org/openrosa)."""
