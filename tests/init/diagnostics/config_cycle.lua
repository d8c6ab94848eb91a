local data = {}
data.x = data
return policy { component "a" { ram = "1M", caps = 60, config = data } }
