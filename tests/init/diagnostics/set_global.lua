budget = "1M"
return policy {}
