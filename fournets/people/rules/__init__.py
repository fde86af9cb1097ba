"""Rules of identity: pure, without database, clock or key."""
