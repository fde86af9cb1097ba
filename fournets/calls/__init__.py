"""The phone desk: people to call, one call a person; and what returnees say of themselves on a page of their own."""
