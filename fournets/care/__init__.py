"""Looking after who isolates: his own page, alarms of fever, what he needs, who looks after him."""
