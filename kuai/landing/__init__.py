"""Landing: raw files of any dirt become rows of a contract, or lines named with the rule they break."""
