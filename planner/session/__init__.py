"""One road for every user act: action -> update -> State -> resolve -> Picture."""
