return policy { component "a" { ram = "1M", caps = 60 } { ram = "1M" } }
