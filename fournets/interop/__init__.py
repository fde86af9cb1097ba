"""Other systems in and out: forms of field devices (XLSForm, OpenRosa) and what comes back from them."""
